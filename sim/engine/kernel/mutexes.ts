// Mutexes belong to tasks. One that is released is free until somebody takes it: whoever comes
// first, as Linux allows; but from the same waiter it is stolen only once.

import { Crash, type Protocol } from "../../../src/core/index.ts";
import type { MountData, Park, Task } from "../state/state.ts";
import type { World } from "../world.ts";
import { NO_RET, unpark, wakeTask } from "./tasks.ts";

function mutexOf<P extends Protocol>(m: MountData<P>, key: string) {
  let mutex = m.mutexes.get(key);
  if (mutex === undefined) {
    mutex = { owner: -1, waiters: [], handoff: -1 };
    m.mutexes.set(key, mutex);
  }
  return mutex;
}

/** Takes it if it is free; a newcomer may take it before those who were woken for it. */
export function takeMutex<P extends Protocol>(m: MountData<P>, key: string, slot: number): boolean {
  const mutex = mutexOf(m, key);
  if (mutex.owner === slot) throw new Crash(`expected ${key} not to be locked twice by one task`);
  if (mutex.owner !== -1 || (mutex.handoff !== -1 && mutex.handoff !== slot)) return false;
  mutex.owner = slot;
  mutex.handoff = -1;
  return true;
}

export function tryToOwn<P extends Protocol>(
  m: MountData<P>,
  slot: number,
  task: Task,
  park: Park & { on: "mutex" },
): boolean {
  const mutex = mutexOf(m, park.mutex);
  if (mutex.owner !== slot && !takeMutex(m, park.mutex, slot)) {
    park.tries++;
    // it was stolen: whoever unlocks next must hand it over, so that nobody starves
    if (mutex.handoff === -1) mutex.handoff = slot;
    return false;
  }
  mutex.waiters.splice(mutex.waiters.indexOf(slot), 1);
  unpark(task, park.then, NO_RET);
  return true;
}

/** Releases it and wakes one of those who wait; the chooser says whom. */
export function releaseMutex<P extends Protocol>(
  w: World<P>,
  mount: number,
  key: string,
  slot: number,
): void {
  const mutex = mutexOf(w.mount(mount), key);
  if (mutex.owner !== slot) throw new Crash(`expected the task that unlocks ${key} to own it`);
  mutex.owner = -1;
  const { waiters } = mutex;
  if (waiters.length === 0) {
    w.mount(mount).mutexes.delete(key);
    return;
  }
  const which = waiters.length === 1 ? 0 : w.pick(mount, "mutex", waiters.length);
  const next = mutex.handoff !== -1 ? mutex.handoff : (waiters[which] as number);
  wakeTask(w, mount, next);
}
