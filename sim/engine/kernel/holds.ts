// Holding a task at a label until something is so: how a person forces an interleaving by hand, and
// how a plan has somebody lose time at the worst place.

import type { Protocol } from "../../../src/core/index.ts";
import type { Hasher } from "../state/hash.ts";
import type { Frame, Task } from "../state/state.ts";
import type { World } from "../world.ts";
import { wakeTask } from "./tasks.ts";

export type Until =
  | { readonly is: "released" }
  | { readonly is: "time"; readonly at: number }
  /** Some task has come to that label (it need not have run it). */
  | { readonly is: "label"; readonly program: string; readonly label: string }
  /** So long after it came: one task, the next after so many others. */
  | { readonly is: "late"; readonly byUs: number; readonly skip: number };

export interface Hold {
  readonly program: string;
  readonly label: string;
  until: Until;
  /** Only on that mount; -1 on any. */
  readonly mount: number;
  /** Tasks it holds now. */
  readonly held: { readonly mount: number; readonly slot: number }[];
  /** Its condition has come: tasks pass. */
  open: boolean;
}

/** Called before a step: true parks the task there instead. */
export function isHeld<P extends Protocol>(w: World<P>, mount: number, slot: number): boolean {
  const task = w.mount(mount).tasks[slot];
  const frame = task?.frames[task.frames.length - 1];
  if (task === undefined || frame === undefined) return false;
  for (const hold of w.holds) {
    if (hold.open || hold.program !== frame.program || hold.label !== frame.label) continue;
    if (hold.mount !== -1 && hold.mount !== mount) continue;
    if (hold.until.is === "late") {
      if (task.atomic || !isNext(hold, hold.until)) continue;
      delay(w, { mount, slot, task }, hold.until.byUs);
      return true;
    }
    task.park = { on: "hold", label: frame.label };
    task.resume++;
    hold.held.push({ mount, slot });
    w.record(mount, "held", { program: frame.program, label: frame.label });
    return true;
  }
  return false;
}

function isNext(hold: Hold, until: Until & { readonly is: "late" }): boolean {
  hold.open = until.skip === 0;
  hold.until = { ...until, skip: until.skip - 1 };
  return hold.open;
}

interface At {
  readonly mount: number;
  readonly slot: number;
  readonly task: Task;
}

/** As if it were preempted there, and others had a lot to do. */
function delay<P extends Protocol>(w: World<P>, { mount, slot, task }: At, byUs: number): void {
  w.holds = w.holds.filter((hold) => hold.until.is !== "late" || !hold.open);
  const { program, label } = task.frames[task.frames.length - 1] as Frame;
  task.resume++;
  wakeTask(w, mount, slot, { min: byUs, max: byUs });
  w.record(mount, "held", { program, label, byUs });
}

/** After an event: opens the holds whose condition has come and lets their tasks go on. */
export function letGo<P extends Protocol>(w: World<P>): void {
  for (const hold of w.holds) if (!hold.open && isSo(w, hold.until)) open(w, hold);
}

export function open<P extends Protocol>(w: World<P>, hold: Hold): void {
  hold.open = true;
  for (const { mount, slot } of hold.held.splice(0)) {
    const task = w.mount(mount).tasks[slot];
    if (task?.park?.on !== "hold") continue;
    task.park = undefined;
    wakeTask(w, mount, slot);
  }
}

function isSo<P extends Protocol>(w: World<P>, until: Until): boolean {
  switch (until.is) {
    case "released":
      return false;
    case "time":
      return w.now >= until.at;
    case "late":
      return false;
    case "label":
      return someoneIsAt(w, until.program, until.label);
  }
}

/** Part of a fingerprint: the same task is held in one world and passes in another. */
export function hashHolds(h: Hasher, holds: readonly Hold[], now: number): void {
  for (const { until, ...rest } of holds) {
    h.value(rest);
    h.value(until.is === "time" ? Math.max(0, until.at - now) : until);
  }
}

function someoneIsAt<P extends Protocol>(w: World<P>, program: string, label: string): boolean {
  for (let id = 0; id < w.mountCount; id++) {
    for (const task of w.peekMount(id).tasks) {
      // those below the top have yet to come to theirs: they wait for what they called
      const top = task?.frames[task.frames.length - 1];
      if (top?.program === program && top.label === label) return true;
    }
  }
  return false;
}
