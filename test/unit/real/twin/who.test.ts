// A task of the model keeps the thread of the recording that it was first seen as.

import { describe, expect, it } from "vitest";
import type { Item } from "../../../../sim/real/twin/timeline.ts";
import { bind, isBoundTo, mayBe } from "../../../../sim/real/twin/who.ts";
import type { TwinWorld } from "../../../../sim/real/twin/world.ts";

const by = (task: string, kind = "farewell_worker"): Item => ({
  ...{ of: "own", kind, line: 1, at: 0, task, fields: {} },
});

/** Two work items run; the second slot can be taken by another one. */
function twoTasks(): { w: TwinWorld; reuse: () => void } {
  const task = (generation: number) => ({ generation, work: "x", frames: [{ program: "x" }] });
  const mount = { tasks: [task(1), task(2)], state: { twin: { bound: [] } } };
  const w = { peekMount: () => mount, mount: () => mount } as unknown as TwinWorld;
  const reuse = () => {
    mount.tasks[1] = task(3);
  };
  return { w, reuse };
}
const [one, two] = [
  { task: 0, generation: 1 },
  { task: 1, generation: 2 },
];

describe("a task of a twin", () => {
  it("shows what its thread did, and nobody else does", () => {
    const { w } = twoTasks();
    bind(w, one, by("kworker/1"));
    expect(isBoundTo(w, one, "kworker/1")).toBe(true);
    expect(mayBe(w, one, by("kworker/1"))).toBe(true);
    expect(mayBe(w, one, by("kworker/2"))).toBe(false);
    expect(mayBe(w, two, by("kworker/1"))).toBe(false);
    expect(mayBe(w, two, by("kworker/2"))).toBe(true);
  });
  it("gives its thread back when it ends", () => {
    const { w, reuse } = twoTasks();
    bind(w, two, by("kworker/2"));
    reuse();
    expect(mayBe(w, one, by("kworker/2"))).toBe(true);
    expect(mayBe(w, { task: 1, generation: 3 }, by("kworker/1"))).toBe(true);
  });
  it("may be any where a timer or an unnamed task did it", () => {
    const { w } = twoTasks();
    bind(w, one, by("kworker/1"));
    expect(mayBe(w, two, by("kworker/1", "recovery_timeout"))).toBe(true);
    expect(mayBe(w, two, by(""))).toBe(true);
  });
});
