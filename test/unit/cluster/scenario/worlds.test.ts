// The arguments of the `world` command; see sim/cluster/scenario/worlds.ts.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

function world(args: string, ...lines: readonly string[]): string {
  const text = ["# A world.", `world cluster ${args}`, ...lines, "----", ""].join("\n");
  const { blocks } = runScn(parseScn(text, "world.scn"), scenarioExecutor());
  return blocks.map((block) => block.output).join("\n");
}
const LOCK_USE = [
  "do mount-all",
  "run for=3s",
  "do use-inode mount=m1 ino=1024 groups=40",
  "run for=1s",
  "do use-inode mount=m1 ino=1024",
  "trace for=1s kinds=lock_shrink mounts=m1",
];

test("idle-locks= is the number of locks from which on a mount gives idle ones back", () => {
  expect(world("mounts=2 slots=1 idle-locks=32", ...LOCK_USE)).toContain("lock_shrink");
  expect(world("mounts=2 slots=1", ...LOCK_USE)).not.toContain("lock_shrink");
});

test("refuses fewer idle locks than the mount option may be", () => {
  expect(() => world("mounts=2 slots=1 idle-locks=31")).toThrow(/idle-locks= is at least 32/);
});

test("refuses an argument that no world has", () => {
  expect(() => world("mounts=2 slots=1 orphans=2s")).toThrow(/unexpected "orphans="/);
});
