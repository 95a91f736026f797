// Holding a task at a label, until it is released, until a time, or until another is somewhere.

import { expect, test } from "vitest";
import { type Hold, open, type Until } from "../../../../sim/engine/kernel/holds.ts";
import { logOf, type Op, scriptWorld } from "../../../support/script.ts";

const log = (text: string): Op => ({ op: "log", text });
const hold = (label: string, until: Until): Hold => ({
  program: "job",
  label,
  until,
  mount: -1,
  held: [],
  open: false,
});

test("a held task stays before its step while others go on", () => {
  const w = scriptWorld([[{ op: "sleep", us: 100 }, log("late")]]);
  const h = hold("told", { is: "released" });
  w.holds.push(h);
  expect(logOf(w, 10_000)).toEqual([]);
  expect(w.peekMount(0).tasks[0]?.park?.on).toBe("hold");
  open(w, h);
  expect(logOf(w, 1_000)).toEqual(["late"]);
});

test("a hold opens at its time", () => {
  const w = scriptWorld([[log("now")], [{ op: "sleep", us: 3000 }]], [0, 1]);
  w.holds.push(hold("run", { is: "time", at: 2000 }));
  w.runFor(1900);
  expect(w.peekMount(0).state.log).toEqual([]);
});

test("a hold opens when somebody comes to a label", () => {
  const ops: Op[] = [{ op: "wait", flag: "f", timeoutUs: 500 }, log("timed out and went on")];
  const w = scriptWorld([[{ op: "sleep", us: 10 }, log("held till then")], ops], [0, 1]);
  w.holds.push(hold("told", { is: "label", program: "job", label: "late" }));
  w.holds.push({ ...hold("late", { is: "released" }), mount: 0 });
  expect(logOf(w, 5_000)).toEqual(["held till then"]);
});

test("a hold that waits for a label does not take for it where a call will return to", () => {
  const jobs: Op[][] = [
    [{ op: "wait", flag: "f", timeoutUs: 50 }],
    [{ op: "call", job: 2 }],
    [{ op: "sleep", us: 5000 }],
  ];
  const w = scriptWorld(jobs, [0, 1]);
  w.holds.push(hold("late", { is: "label", program: "job", label: "told" }));
  w.runFor(4000);
  expect(w.peekMount(0).state.log).toEqual([]);
});

const sleeps = (us: number, text: string): Op[] => [{ op: "sleep", us }, log(text)];

test("one that is late loses its time at its place, and nobody else does, nor it again", () => {
  const jobs = [[...sleeps(10, "a"), log("b")], sleeps(20, "c"), sleeps(5000, "d")];
  const w = scriptWorld(jobs, [0, 1, 2]);
  w.holds.push(hold("told", { is: "late", byUs: 3000, skip: 0 }));
  expect(logOf(w, 2500)).toEqual(["c"]);
  expect(w.holds).toEqual([]);
  expect(logOf(w, 5000)).toEqual(["c", "a", "b", "d"]);
});

test("it is the next after those that are let by", () => {
  const w = scriptWorld([sleeps(100, "a"), sleeps(300, "b"), sleeps(600, "c")], [0, 1, 2]);
  w.holds.push(hold("told", { is: "late", byUs: 1000, skip: 1 }));
  expect(logOf(w, 5000)).toEqual(["a", "c", "b"]);
});

test("a timer, which may not sleep, is not late", () => {
  const w = scriptWorld([[log("tick")], [{ op: "arm", job: 0, afterUs: 500 }]], [1]);
  w.runFor(200);
  w.holds.push(hold("run", { is: "late", byUs: 5000, skip: 0 }));
  expect(logOf(w, 1000)).toEqual(["tick"]);
  expect(w.holds).toHaveLength(1);
});

test("a clone counts for itself who is let by", () => {
  const w = scriptWorld([[{ op: "sleep", us: 100 }, log("x")]]);
  w.holds.push(hold("told", { is: "late", byUs: 1000, skip: 1 }));
  const copy = w.clone();
  expect(copy.fingerprint()).toBe(w.fingerprint());
  copy.runFor(900);
  expect(copy.holds[0]?.until).toMatchObject({ skip: 0 });
  expect(w.holds[0]?.until).toMatchObject({ skip: 1 });
});

test("worlds in which a hold is open or not have different fingerprints", () => {
  const w = scriptWorld([[{ op: "sleep", us: 100 }]]);
  w.holds.push(hold("told", { is: "released" }));
  const copy = w.clone();
  const [h] = copy.holds;
  if (h !== undefined) open(copy, h);
  expect(copy.fingerprint()).not.toBe(w.fingerprint());
});

test("a clone has holds of its own", () => {
  const w = scriptWorld([[{ op: "sleep", us: 100 }, log("went")]]);
  w.holds.push(hold("told", { is: "released" }));
  w.runFor(500);
  const copy = w.clone();
  const [h] = copy.holds;
  if (h !== undefined) open(copy, h);
  copy.runFor(500);
  w.runFor(500);
  expect(copy.peekMount(0).state.log).toEqual(["went"]);
  expect(w.peekMount(0).state.log).toEqual([]);
});
