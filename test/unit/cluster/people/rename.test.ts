// A rename writes both files or neither, under the locks of both; see sim/cluster/people/rename.ts.

import { describe, expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { start } from "../../../../sim/engine/build.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";
import { fields, mounted, ops, read, SECOND } from "../../trans/world.ts";

const A = 7;
const B = 5000;

describe("a rename", () => {
  test("is a write of each file, with one time and one value", () => {
    const w = mounted();
    start(w, 1, "rename_files", { ino: B, other: A, value: 70 });
    w.runFor(SECOND);
    const [first, second] = ops(w);
    expect(first).toMatchObject({ what: "write", key: B, value: 70, error: undefined });
    expect(second).toMatchObject({ what: "write", key: A, value: 70, error: undefined });
    expect(second?.beginAt).toBe(first?.beginAt);
    expect(fields(w, "op_begin").map(({ key }) => key)).toEqual([B, A]);
    for (const key of [A, B]) expect(read(w, 0, key)).toBe(70);
  });

  test("of one file onto itself is one write", () => {
    const w = mounted();
    start(w, 1, "rename_files", { ino: A, other: A, value: 3 });
    w.runFor(SECOND);
    expect(ops(w).map(({ key, value }) => [key, value])).toEqual([[A, 3]]);
  });

  test("does not wait crosswise for another one of the same files", () => {
    const w = mounted();
    for (let i = 0; i < 10; i++) {
      start(w, 1, "rename_files", { ino: A, other: B, value: 100 + i });
      start(w, 0, "rename_files", { ino: B, other: A, value: 200 + i });
    }
    w.runFor(5 * SECOND);
    expect(ops(w)).toHaveLength(40);
    expect(read(w, 0, A)).toBe(read(w, 0, B));
    expect(w.peekMount(1).state.slot.users).toBe(0);
    expect(w.violations).toEqual([]);
  });

  test("after a forced unmount fails, and leaves nobody inside", () => {
    const w = mounted();
    w.mount(1).state.slot.users++; // somebody else: the unmount is refused
    start(w, 1, "umount", { force: true });
    w.runFor(SECOND);
    start(w, 1, "rename_files", { ino: A, other: B, value: 1 });
    w.runFor(SECOND);
    expect(ops(w).map(({ error }) => error !== undefined)).toEqual([true, true]);
    expect(w.peekMount(1).state.slot.users).toBe(1);
  });

  test("is in a scenario: do rename-files mount=NAME ino=N other=N value=N", () => {
    const text = [
      "# A rename.",
      "world cluster mounts=2 slots=1 seed=1",
      "do mount-all",
      "run for=5s",
      "do rename-files mount=m1 ino=7 other=5000 value=4",
      "trace for=1s kinds=op width=120",
      "----",
      "",
    ].join("\n");
    const { blocks } = runScn(parseScn(text, "rename.scn"), scenarioExecutor());
    const output = blocks.map((block) => block.output).join("");
    expect(output.match(/value=4/g)).toHaveLength(2);
  });
});
