// Files by name in a scenario; see sim/cluster/people/inodes.ts. What becomes of inodes is in
// test/unit/inode.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";
import { begin, does, files, itemOf, seen } from "../../inode/world.ts";

test("people use files in a scenario with: do create-inode ino=N mount=NAME", () => {
  const text = [
    "# Files.",
    "world cluster mounts=2 slots=1 seed=1 orphan-scan=2s",
    "do mount-all",
    "run for=5s",
    "do create-inode ino=5 mount=m0",
    "run for=1s",
    "do open-inode ino=5 mount=m1",
    "run for=1s",
    "do unlink-inode ino=5 mount=m0",
    "run for=1s",
    "do close-inode ino=5 mount=m0",
    "do close-inode ino=5 mount=m1",
    "trace for=9s kinds=ino,delete_inode_end width=80",
    "----",
    "",
  ].join("\n");
  const { blocks } = runScn(parseScn(text, "files.scn"), scenarioExecutor());
  const output = blocks.map((block) => block.output).join("");
  expect(output.match(/what=close_inode/g)).toHaveLength(2);
  expect(output).toMatch(/delete_inode_end: ino=5 ret=0/);
  expect(output).not.toContain("error=");
});

test("an open file keeps its mount busy, a failed call does not", () => {
  const w = files();
  const { slot } = w.peekMount(1).state;
  expect(does(w, 1, "open")).toBe("ENOENT");
  expect(does(w, 1, "unlink")).toBe("ENOENT");
  expect(w.peekMount(1).state.slot.users).toBe(0);
  does(w, 1, "create");
  expect(does(w, 2, "create")).toBe("EEXIST");
  does(w, 1, "open");
  expect(w.peekMount(1).state.slot.users).toBe(2);
  for (const _ of [1, 2, 3]) does(w, 1, "close");
  expect(w.peekMount(1).state.slot.users).toBe(0);
  expect(seen(w, "ino").filter(({ what }) => what === "close_inode")).toHaveLength(2);
  expect(slot.mounted).toBe(true);
});

test("two who unlink at once: one of them comes too late", () => {
  const w = files();
  does(w, 1, "create");
  does(w, 1, "close");
  for (const n of [1, 2]) begin(w, n, "unlink");
  w.runFor(2_000_000);
  const errors = seen(w, "ino").flatMap((r) => (r.what === "unlink_inode" ? [r.error] : []));
  expect(errors).toHaveLength(2);
  expect(errors).toContain("ENOENT");
  expect(errors).toContain(undefined);
  expect(w.violations).toEqual([]);
});

test.each([
  ["deletes it", true, { nlink: 0 }],
  ["does not know of it", false, { nlink: 1 }],
])("the last close of a file that is unlinked elsewhere %s", (_what, stats, evicted) => {
  const w = files();
  does(w, 1, "create");
  does(w, 2, "open");
  does(w, 1, "close");
  expect(does(w, 1, "unlink")).toBe("ok");
  if (stats) expect(does(w, 2, "stat")).toBe("ok");
  expect(does(w, 2, "close")).toBe("ok");
  expect(seen(w, "evict_inode").at(-1)).toMatchObject({ mount: 2, ...evicted });
  expect(itemOf(w) === undefined).toBe(stats);
  expect(w.peekMount(2).state.slot.users).toBe(0);
});

test("a file that is not open has no stat", () => {
  const w = files();
  expect(does(w, 1, "stat")).toBe(undefined);
  expect(w.peekMount(1).state.slot.users).toBe(0);
});
