// Who holds locks in a scenario; see sim/cluster/people/lock-use.ts.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

const WORLD = ["# Locks.", "world cluster mounts=2 slots=1", "do mount-all", "run for=3s"];

function lastOf(...lines: readonly string[]): string {
  const text = [...WORLD, ...lines, "----", ""].join("\n");
  const { blocks } = runScn(parseScn(text, "locks.scn"), scenarioExecutor());
  return blocks.map((block) => block.output).join("\n");
}
const count = (text: string, what: string): number => text.split(what).length - 1;

test("groups= takes a lock of its own for each task", () => {
  const trace = "trace for=1s kinds=cl_lock_request,request mounts=m1 width=90";
  const output = lastOf("do use-inode mount=m1 ino=1024 mode=write groups=30", trace);
  expect(count(output, "cl_lock_request")).toBe(30);
  expect(count(output, 'what="use_inode write"')).toBe(30);
  expect(new Set(output.match(/key=\d+/g)).size).toBe(30);
});

test("one group and one task unless told", () => {
  const trace = "trace for=1s kinds=cl_lock_request mounts=m1 width=90";
  expect(count(lastOf("do use-inode mount=m1 ino=1024", trace), "cl_lock_request")).toBe(1);
});

test("refuses an argument that it does not know", () => {
  expect(() => lastOf("do use-inode mount=m1 inode=3")).toThrow(/unexpected "inode="/);
});
