// Holding a task at a label until something is so: how a person forces an interleaving by hand.

import type { Protocol } from "../../../src/core/index.ts";
import type { Hasher } from "../state/hash.ts";
import type { World } from "../world.ts";
import { wakeTask } from "./tasks.ts";

export type Until =
  | { readonly is: "released" }
  | { readonly is: "time"; readonly at: number }
  /** Some task has come to that label (it need not have run it). */
  | { readonly is: "label"; readonly program: string; readonly label: string };

export interface Hold {
  readonly program: string;
  readonly label: string;
  readonly until: Until;
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
    task.park = { on: "hold", label: frame.label };
    task.resume++;
    hold.held.push({ mount, slot });
    w.record(mount, "held", { program: frame.program, label: frame.label });
    return true;
  }
  return false;
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
