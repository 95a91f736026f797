// Waiting for work: flush, cancel and drain. Each gives what the next step gets when there is
// nothing to wait for, or parks the task.

import type { Protocol, Ret } from "../../../src/core/index.ts";
import type { MountData, Park, Task } from "../state/state.ts";
import type { World } from "../world.ts";
import { keyOf, NO_RET, unpark } from "./tasks.ts";
import { enqueue, grab, itemOf, type NamedKey, queueOf } from "./workqueues.ts";

type Flush = { readonly flush: NamedKey; readonly hurry?: true; readonly then: string };
type Cancel = { readonly cancel: NamedKey; readonly then: string };
type Drain = { readonly drain: NamedKey; readonly then: string };

export function startFlush<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  next: Flush,
): Ret | undefined {
  const [key, item] = itemOf(w.mount(mount), next.flush);
  if (next.hurry && item.pending && item.timer !== 0) {
    item.timer = 0;
    item.gen++;
    enqueue(w, mount, slot, item.queue, key, item);
  }
  const queued = item.pending && !item.dropped && item.timer === 0;
  if (!queued && item.running === -1) return { value: false };
  const until = queued ? item.started + 1 : item.started;
  task.park = { on: "flush", work: key, until, then: next.then };
  item.watchers.push(slot);
  return undefined;
}

export function startCancel<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  next: Cancel,
): Ret | undefined {
  const [key, item] = itemOf(w.mount(mount), next.cancel);
  const was = grab(w, mount, next.cancel);
  // PENDING without a queue or a timer: the cancel spins on it for ever
  const spins = item.pending && item.dropped;
  if (item.running === -1 && !spins) return { value: was };
  item.cancelling++;
  task.park = { on: "cancel", work: key, was, then: next.then };
  item.watchers.push(slot);
  return undefined;
}

export function startDrain<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  next: Drain,
): Ret | undefined {
  const key = keyOf(next.drain);
  const queue = queueOf(w.mount(mount), key);
  if (queue.active === 0 && queue.waiting.length === 0) return NO_RET;
  queue.draining++;
  task.park = { on: "drain", queue: key, then: next.then };
  queue.watchers.push(slot);
  return undefined;
}

/** A woken drainer looks; only now does the queue let others' work in again. */
export function tryToEndDrain<P extends Protocol>(
  m: MountData<P>,
  slot: number,
  task: Task,
  park: Park & { on: "drain" },
): boolean {
  const queue = queueOf(m, park.queue);
  if (queue.active > 0 || queue.waiting.length > 0) return false;
  queue.watchers.splice(queue.watchers.indexOf(slot), 1);
  queue.draining--;
  unpark(task, park.then, NO_RET);
  return true;
}
