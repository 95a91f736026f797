// The faults of scenarios: each does what its name says, and refuses what it does not take.

import { describe, expect, test } from "vitest";
import { faultNames } from "../../../../sim/cluster/scenario/fault.ts";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

const WORLD = ["# A test.", "world cluster mounts=3 slots=2 hosts=3", "do mount-all", "run for=3s"];

/** What the last commands print, in a cluster of three hosts that has come up. */
function outputOf(...lines: readonly string[]): string {
  const text = [...WORLD, ...lines, "----", ""].join("\n");
  const { blocks } = runScn(parseScn(text, "fault.scn"), scenarioExecutor());
  return blocks.map((block) => block.output).join("\n");
}

describe("what a fault refuses", () => {
  test.each([
    ["fault nothing", /unknown fault "nothing"; faults are power-off, /],
    ["fault pause host=3", /host= is one of the 3 hosts, counted from 0; it is 3/],
    ["fault pause hots=1", /unexpected "hots="/],
    ["fault cut from=0", /needs to=/],
    ["fault cut from=0 to=7", /to= is one of the 3 hosts/],
    ["fault cut from=0 to=1 what=letters", /one of both, datagrams, streams/],
    ["fault fail-io permille=1001", /permille= is in thousandths, at most 1000/],
    ["fault link from=0 to=1 loss=2000", /loss= is in thousandths/],
    ["fault kill-mount mount=m9", /no mount is called "m9"/],
    ["fault fail-held mount=m0", /nobody is held on m0/],
  ])("%s", (line, complaint) => {
    expect(() => outputOf(line)).toThrow(complaint);
  });

  test("and there are names for all of them", () => {
    expect(new Set(faultNames).size).toBe(faultNames.length);
  });
});

describe("a fault of the ways", () => {
  const ask = ["do statfs mount=m2", "trace for=5s kinds=request mounts=m2 width=60"];
  test("a black hole lets no stream through, and a reconnect ends it", () => {
    const before = outputOf(...ask);
    expect(before).toContain("what=statfs");
    expect(outputOf("fault black-hole host=2", ...ask)).toContain("nothing happened");
    const healed = outputOf("fault black-hole host=2", "fault reconnect host=2", ...ask);
    expect(healed).toContain("what=statfs");
  });

  test("a cut of datagrams lets streams through", () => {
    const cut = ["fault cut from=2 to=0 what=datagrams", "fault cut from=2 to=1 what=datagrams"];
    expect(outputOf(...cut, ...ask)).toContain("what=statfs");
    const both = ["fault cut from=2 to=0", "fault cut from=2 to=1"];
    expect(outputOf(...both, ...ask)).toContain("nothing happened");
  });

  test("a reset breaks the connections of one host, which come back", () => {
    const trace = "trace for=2s kinds=conn_reconn_migrate fields=flags mounts=m0,m1 width=60";
    const migrated = outputOf("fault reset-host host=2", trace);
    expect(migrated.match(/conn_reconn_migrate/g)).toHaveLength(1);
  });
});

test("what is held can be told that its call failed", () => {
  const output = outputOf(
    "do use-inode mount=m2 ino=1 mode=write for=10ms",
    "hold use_inode @ use until released",
    "run for=1s",
    "fault fail-held mount=m2 error=EIO",
    "release use_inode @ use",
    "trace for=1s kinds=request width=60",
  );
  expect(output).toContain("error=EIO");
});
