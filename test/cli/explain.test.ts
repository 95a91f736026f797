// `explain` by the binary: its parts, of a file and of a seed, for people and for a script; its
// exit status, Ctrl-C, and the same words again.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, scoutsim, signalled } from "../support/cli.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const FILE = `scenarios/${LEAK}.json`;
const SMALL = ["--runs", "40", "--points", "3", "--samples", "2", "--lines", "5"];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const explain = (...args: readonly string[]) => scoutsim("explain", ...args);

/** A seed that `test/cli/artifacts.test.ts` hunts with. */
const SEED = ["few111:1", "--variant", LEAK];

describe.concurrent("explain", () => {
  it("tells the story, what it depends on, when it fails and when it was lost", async () => {
    const told = await explain(FILE, ...SMALL);
    expect([told.status, told.stderr]).toEqual([0, ""]);
    const parts = [
      /^promised: ISO1, nothing leaves after a forced unmount$/m,
      /^what it depends on: \d+ of 509 events/m,
      /^from when to when it fails, .* in 40 runs:$/m,
      /^ {2}\d+ were not looked at: raise --runs$/m,
      /^taken back and gone on by fresh chance, 2 times from each of 3 moments$/m,
      /^ {2}###$/m,
    ];
    for (const part of parts) expect(told.stdout).toMatch(part);
    expect(await explain(FILE, ...SMALL)).toEqual(told);
  });

  it("says so when nothing breaks any more", async () => {
    const artifact = JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));
    const file = join(folder, "mended.json");
    writeFileSync(file, JSON.stringify({ ...artifact, plan: { ...artifact.plan, variants: [] } }));
    const { status, stdout } = await explain(file, ...SMALL);
    const line = "no promise is broken: the model may have changed; see scoutsim replay\n";
    expect([status, stdout]).toEqual([1, line]);
    const { status: again, stdout: json } = await explain(file, "--json");
    const nothing = { dependsOn: null, intervals: null, rewound: null, stopped: false };
    const end = { variants: [], violation: null };
    expect(JSON.parse(json)).toMatchObject({ ...end, story: [], ...nothing });
    expect(again).toBe(1);
  });

  it("takes a seed, with variants", async () => {
    const few = ["--runs", "3", "--points", "1", "--samples", "1", "--lines", "2"];
    const told = await explain(...SEED, ...few);
    expect([told.status, told.stderr]).toEqual([0, ""]);
    expect(told.stdout).toMatch(/^promised: ISO1, nothing leaves after a forced unmount$/m);
    expect(told.stdout).toMatch(/^from when to when it fails, .* in 3 runs:$/m);
    const more = ["--variant", "leader-remembers-its-vote", "--json"];
    const { status, stdout } = await explain(...SEED, ...few, ...more);
    const { variants, violation } = JSON.parse(stdout);
    expect([status, variants]).toEqual([0, [LEAK, "leader-remembers-its-vote"]]);
    expect(violation).toMatchObject({ promise: "ISO1" });
  });

  it("says so when a seed breaks nothing", async () => {
    const told = await explain("few171:1", "--variant", "mended");
    const line = "no promise is broken: there is nothing to explain; see scoutsim replay\n";
    expect(told).toEqual({ status: 1, stdout: line, stderr: "" });
  });

  it("tells a script the same", async () => {
    const { status, stdout, stderr } = await explain(FILE, ...SMALL, "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const { plan, expectation } = JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));
    const { promise, place, text, ...end } = expectation;
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ variants: plan.variants, ...end, stopped: false });
    expect(told.violation).toEqual({ promise, place, text });

    const lines = (await explain(FILE, ...SMALL)).stdout;
    expect(lines.startsWith(`${told.story.join("\n")}\n`)).toBe(true);
    const { dependsOn, intervals, rewound } = told;
    expect(lines).toContain(`\nwhat it depends on: ${dependsOn.events} of ${end.events} events`);
    expect(lines).toContain(`\n  (${dependsOn.earlierRecords} earlier records;`);
    for (const { seq, mount, kind } of dependsOn.records) {
      expect(lines).toContain(`  ${mount}  event ${seq}: ${kind}`);
    }
    expect(dependsOn.records).toHaveLength(5);
    expect(intervals.runs).toBe(40);
    expect(intervals.steps[0]).toMatchObject({ step: plan.steps[0], leastUs: null });
    expect(lines).toContain(`\n  ${intervals.left} were not looked at: raise --runs\n`);
    expect(rewound.moments.map(({ fails }: { fails: object }) => fails)).toEqual([
      ...Array.from({ length: 3 }, () => ({ count: 2, of: 2 })),
    ]);
    expect(rewound.jump).toBeNull();
  });

  it("gives what it has at Ctrl-C", async () => {
    const long = ["--runs", "100000", "--points", "100", "--samples", "100000"];
    const when = { at: "what it depends on", signal: "SIGINT" } as const;
    const { status, stdout } = await signalled(["explain", FILE, ...long], when);
    expect(stdout).toMatch(/stopped: this is what was found by then\n$/);
    expect(status).toBe(0);
  });

  it.each([
    [["no.json"], "no.json: there is no such file"],
    [["no.scn"], "no.scn: there is no such file"],
    [["no.json", "--json"], "no.json: there is no such file"],
    [[FILE, "--runs", "0"], "--runs takes a whole number"],
    [["few111:1", "--variant", "x"], 'unknown variant "x"'],
    [["few111:1", "--lines", "few", "--json"], "--lines takes a whole number"],
    [[""], "artifact or seed is empty"],
    [[], "missing required argument 'artifact|seed'"],
  ])("refuses %j in one line", async (args, says) => {
    const { status, stdout, stderr } = await explain(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
