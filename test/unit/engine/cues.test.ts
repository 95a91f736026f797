// An action that waits for something to be recorded comes once, so long after it, and is told of
// it; clones wait each for themselves.

import { expect, test } from "vitest";
import { type Cued, planUpon } from "../../../sim/engine/cues.ts";
import type { World } from "../../../sim/engine/world.ts";
import { type Script, scriptWorld } from "../../support/script.ts";

function worldThatTells(): { w: World<Script>; told: [number, Cued["cued"]][] } {
  const told: [number, Cued["cued"]][] = [];
  const act = (w: World<Script>, { cued }: Cued) => told.push([w.now, cued]);
  return { w: scriptWorld([[]], [], { plan: new Map([["act", act as never]]) }), told };
}
const cue = { kind: "bell", skip: 1, afterUs: 70, action: { do: "act" } };

test("it lets so many pass, comes after the next, and once only", () => {
  const { w, told } = worldThatTells();
  planUpon(w, cue);
  w.record(0, "bell", { rid: 1 });
  w.record(0, "other", {});
  w.runFor(100);
  expect(told).toEqual([]);
  w.record(0, "bell", { rid: 2 });
  w.record(0, "bell", { rid: 3 });
  w.runFor(100);
  expect(told).toEqual([[170, { mount: 0, rid: 2 }]]);
});

test("what is recorded without a rid tells of none", () => {
  const { w, told } = worldThatTells();
  planUpon(w, { ...cue, skip: 0 });
  w.record(-1, "bell", {});
  w.runFor(100);
  expect(told).toEqual([[70, { mount: -1, rid: 0 }]]);
});

test("a world that waits has another fingerprint, and its clone waits for itself", () => {
  const { w, told } = worldThatTells();
  const without = w.fingerprint();
  planUpon(w, { ...cue, skip: 0 });
  const copy = w.clone();
  expect(copy.fingerprint()).toBe(w.fingerprint());
  expect(w.fingerprint()).not.toBe(without);
  copy.record(0, "bell", {});
  expect(w.cues.length).toBe(1);
  expect(copy.cues.length).toBe(0);
  copy.runFor(100);
  expect(told.length).toBe(1);
});
