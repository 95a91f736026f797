// What is pending, in words.

import { expect, test } from "vitest";
import { planAt } from "../../../sim/engine/build.ts";
import { plainText, sayEvent } from "../../../sim/explain/events.ts";
import { type Op, scriptWorld } from "../../support/script.ts";

const jobs: Op[][] = [
  [
    { op: "create", queue: "q", maxActive: 1 },
    { op: "queue", queue: "q", job: 1 },
    { op: "queue", queue: "q", job: 2, afterUs: 500 },
    { op: "sleep", us: 900 },
  ],
  [],
  [],
];

test("names the task and its step, the work item, the action", () => {
  const w = scriptWorld(jobs);
  const said = () => w.pendingEvents().map((e) => sayEvent(w, e));
  expect(said()).toEqual(["run job @ run"]);
  planAt(w, 100, { do: "umount", mount: 0 });
  w.step();
  expect(said()).toEqual([
    "work job#1",
    "plan do=umount mount=0",
    "timer job#2",
    "timeout job @ run",
  ]);
});

test("writes plain data on a line", () => {
  expect(plainText({ a: "b c", n: 1, none: undefined, s: new Set([1]) })).toBe("a=b c n=1 s=[1]");
  expect([plainText(undefined), plainText(7)]).toEqual(["", "7"]);
});
