// What people do with the contents of files; see sim/cluster/people/registers.ts.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { start } from "../../../../sim/engine/build.ts";
import { powerOff } from "../../../../sim/engine/hosts.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";
import { fields, mounted, ops, peek, SECOND, sync, write } from "../../trans/world.ts";

test("a call says what it returned and from when to when it ran", () => {
  const w = mounted();
  const from = w.now;
  const wrote = write(w, 1, 7, 70);
  expect(wrote).toMatchObject({ rid: 102, what: "write", key: 7, value: 70, error: undefined });
  expect(wrote?.beginAt).toBeGreaterThanOrEqual(from);
  expect(wrote?.endAt).toBeGreaterThan(wrote?.beginAt ?? 0);
  expect(wrote?.seq).toBeGreaterThan(0);
  expect(sync(w, 1)).toMatchObject({ what: "sync", key: 0, value: 0, error: undefined });
  expect(fields(w, "op_begin").map(({ what }) => what)).toEqual(["write", "sync"]);
  expect(peek(w, 1).slot.users).toBe(0);
});

test("a write whose host dies has begun and never returns", () => {
  const w = mounted();
  start(w, 1, "write_file", { ino: 7, value: 70 });
  w.runUntil(() => fields(w, "op_begin").length > 0, w.now + SECOND);
  powerOff(w, 1);
  w.runFor(SECOND);
  expect(ops(w)).toEqual([]);
});

test("a call where nothing is mounted is passed over", () => {
  const w = mounted();
  start(w, 1, "umount", { force: false });
  w.runFor(5 * SECOND);
  for (const name of ["write_file", "read_file", "sync"]) start(w, 1, name, { ino: 7, value: 1 });
  w.runFor(SECOND);
  expect([ops(w), fields(w, "op_begin")]).toEqual([[], []]);
});

test("people write and read in a scenario with: do NAME mount=NAME", () => {
  const text = [
    "# People write.",
    "world cluster mounts=2 slots=1 seed=1",
    "do mount-all",
    "run for=5s",
    "do write-file mount=m1 ino=7 value=70",
    "run for=1s",
    "do read-file mount=m0 ino=7",
    "do sync mount=m0",
    "trace for=1s kinds=op width=100",
    "----",
    "",
  ].join("\n");
  const { blocks } = runScn(parseScn(text, "people.scn"), scenarioExecutor());
  const output = blocks.map((block) => block.output).join("");
  expect(output).toContain("what=read");
  expect(output).toContain("value=70");
  expect(output).toContain("what=sync");
});
