// Promises that a scenario judges; see sim/cluster/scenario/judge.ts.

import { expect, test } from "vitest";
import { scenarioExecutor } from "../../../../sim/cluster/scenario/scenario.ts";
import { parseScn, runScn } from "../../../../sim/report/scn.ts";

function judged(args: string, ...lines: readonly string[]): string {
  const world = `world cluster mounts=4 slots=1 hosts=4 run=power ${args}`;
  const text = ["# Judged.", world, ...lines, "do judge", "----", ""].join("\n");
  const { blocks } = runScn(parseScn(text, "judged.scn"), scenarioExecutor());
  return blocks.map((block) => block.output).join("\n");
}
const VARIANT = "variant=enotconn-to-fencing-client-stops-server";
/** Two clients are gone, and a third asks for the lock that one of them has. */
const TWO_DIE = [
  "do mount-all",
  "run for=3s",
  "do use-inode mount=m1 ino=1024 mode=write",
  "run for=100ms",
  "fault power-off host=1",
  "do use-inode mount=m2 ino=1024 mode=write",
  "run for=3s",
  "fault power-off host=2",
  "run for=60s",
];

test("says that every promise was kept", () => {
  expect(judged("promises=all", ...TWO_DIE)).toMatch(/\nkept$/);
});

test("names the promise that was broken, if it was asked for", () => {
  expect(judged(`promises=all ${VARIANT}`, ...TWO_DIE)).toMatch(/\nSRV2 mount 0: .*ENOTCONN"$/);
  expect(judged(`promises=LCK1,DAT1 ${VARIANT}`, ...TWO_DIE)).toMatch(/\nkept$/);
});

test("refuses what it does not judge", () => {
  expect(() => judged("promises=LCK9")).toThrow(/no promise is called "LCK9"/);
  expect(() => judged("promises=LIVE")).toThrow(/no promise is called "LIVE"/);
  expect(() => judged("")).toThrow(/name promises= in the world command/);
});
