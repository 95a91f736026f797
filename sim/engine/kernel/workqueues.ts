// Work queues and timers with the semantics of the Linux ones, odd ends included: PENDING is set
// from queueing until the function starts; an item never runs twice at once; a draining queue drops
// what its own work did not queue and leaves PENDING set; a cancel keeps it from being queued.

import { Crash, type Protocol } from "../../../src/core/index.ts";
import { Kind } from "../event.ts";
import type { MountData, WorkItem, WorkQueue } from "../state/state.ts";
import type { World } from "../world.ts";
import { COUNTS, createTask, keyOf, readyTask, wakeTask } from "./tasks.ts";

export type NamedKey = string | readonly [string, number];

/** No task is to be run, or none runs. */
export const NO_TASK = -1;

export function itemOf<P extends Protocol>(m: MountData<P>, work: NamedKey): [string, WorkItem] {
  const key = keyOf(work);
  const known = m.works.get(key);
  if (known !== undefined) return [key, known];
  const item: WorkItem = {
    program: typeof work === "string" ? work : work[0],
    of: typeof work === "string" ? 0 : work[1],
    pending: false,
    dropped: false,
    queue: "",
    timer: 0,
    gen: m.nextGeneration * COUNTS,
    running: -1,
    started: 0,
    finished: 0,
    cancelling: 0,
    runsOn: "",
    watchers: [],
  };
  m.works.set(key, item);
  return [key, item];
}

export function queueOf<P extends Protocol>(m: MountData<P>, key: string): WorkQueue {
  const queue = m.queues.get(key);
  if (queue === undefined) throw new Crash(`expected the work queue ${key} to exist`);
  return queue;
}

export function createQueue<P extends Protocol>(
  w: World<P>,
  mount: number,
  key: string,
  maxActive: number,
): void {
  const m = w.mount(mount);
  if (m.queues.has(key)) throw new Crash(`expected no work queue ${key} to exist yet`);
  m.queues.set(key, { maxActive, active: 0, waiting: [], draining: 0, watchers: [] });
}

export function destroyQueue<P extends Protocol>(w: World<P>, mount: number, key: string): void {
  const m = w.mount(mount);
  const queue = queueOf(m, key);
  if (queue.active > 0 || queue.waiting.length > 0) {
    throw new Crash(`expected the work queue ${key} to be drained before it is destroyed`);
  }
  m.queues.delete(key);
}

// ---- queueing ------------------------------------------------------------------------------

export function queueWork<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  queueKey: string,
  work: NamedKey,
): boolean {
  const [key, item] = itemOf(w.mount(mount), work);
  if (item.pending || item.cancelling > 0) return false;
  item.pending = true;
  enqueue(w, mount, slot, queueKey, key, item);
  return true;
}

/** `__queue_work`: the item is pending already. `slot` is the running task, -1 in a timer. */
export function enqueue<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  queueKey: string,
  key: string,
  item: WorkItem,
): void {
  const m = w.mount(mount);
  const queue = queueOf(m, queueKey);
  item.timer = 0;
  if (queue.draining > 0 && !isChained(m, slot, queueKey)) {
    item.dropped = true;
    w.record(mount, "work-dropped", { work: key, queue: queueKey });
    return;
  }
  item.queue = queueKey;
  if (queue.waiting.length >= w.tables.bounds.queued) {
    w.tooMuch(`work on ${queueKey}`, w.tables.bounds.queued, "look for work that queues itself");
  }
  queue.waiting.push(key);
  activate(w, mount, queueKey);
}

function isChained<P extends Protocol>(m: MountData<P>, slot: number, queue: string): boolean {
  const work = m.tasks[slot]?.work;
  return work !== undefined && work !== "" && m.works.get(work)?.runsOn === queue;
}

/** Starts what waits while the queue's limit allows; an item that runs must end first. */
function activate<P extends Protocol>(w: World<P>, mount: number, queueKey: string): void {
  const m = w.mount(mount);
  const queue = m.queues.get(queueKey);
  if (queue === undefined) return;
  for (let i = 0; i < queue.waiting.length && queue.active < queue.maxActive; ) {
    const key = queue.waiting[i] as string;
    const item = m.works.get(key);
    if (item === undefined || item.running !== -1) {
      i++;
      continue;
    }
    if (i === 0) queue.waiting.shift();
    else queue.waiting.splice(i, 1);
    queue.active++;
    item.gen++;
    const event = { kind: Kind.work, mount, who: 0, gen: item.gen, body: key };
    w.schedule(event, w.startDelay(mount, item.program), mount, "work");
  }
}

/** A worker takes the item: PENDING is cleared before its function starts. The task to run. */
export function onWork<P extends Protocol>(
  w: World<P>,
  mount: number,
  key: string,
  gen: number,
): number {
  const m = w.mount(mount);
  const item = m.works.get(key);
  if (item === undefined || item.gen !== gen || !item.pending) return NO_TASK;
  item.pending = false;
  item.runsOn = item.queue;
  item.started++;
  item.running = createTask(w, mount, {
    program: item.program,
    args: { of: item.of },
    work: key,
    atomic: false,
  });
  return item.running;
}

export function finishWork<P extends Protocol>(w: World<P>, mount: number, key: string): void {
  const m = w.mount(mount);
  const item = m.works.get(key);
  if (item === undefined) return;
  const ranOn = item.runsOn;
  item.running = -1;
  item.runsOn = "";
  item.finished++;
  if (item.watchers.length > 0) {
    for (const slot of item.watchers.slice()) maybeLetGo(w, mount, slot, item);
  }
  leave(w, mount, ranOn);
  if (item.pending && item.queue !== ranOn) activate(w, mount, item.queue);
  if (!item.pending && item.of !== 0 && item.watchers.length === 0) m.works.delete(key);
}

/** One place of the queue became free. */
function leave<P extends Protocol>(w: World<P>, mount: number, queueKey: string): void {
  const m = w.mount(mount);
  const queue = m.queues.get(queueKey);
  if (queue === undefined) return;
  queue.active--;
  activate(w, mount, queueKey);
  wakeDrainers(w, mount, queue);
}

/** Whoever drains looks whether the queue is empty; it goes on dropping until they have looked. */
function wakeDrainers<P extends Protocol>(w: World<P>, mount: number, queue: WorkQueue): void {
  if (queue.active > 0 || queue.waiting.length > 0) return;
  for (const slot of queue.watchers) wakeTask(w, mount, slot);
}

// ---- delays and timers -----------------------------------------------------------------------

export function queueDelayed<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  queueKey: string,
  work: NamedKey,
  delayUs: number,
): boolean {
  const [key, item] = itemOf(w.mount(mount), work);
  if (item.pending || item.cancelling > 0) return false;
  item.pending = true;
  if (delayUs === 0) {
    enqueue(w, mount, slot, queueKey, key, item);
    return true;
  }
  item.gen++;
  item.timer = item.gen;
  item.queue = queueKey;
  const event = { kind: Kind.timer, mount, who: 1, gen: item.gen, body: key };
  w.scheduleAfter(event, w.timerDelay(mount, delayUs));
  return true;
}

export function modDelayed<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  queueKey: string,
  work: NamedKey,
  delayUs: number,
): boolean {
  const was = grab(w, mount, work);
  queueDelayed(w, mount, slot, queueKey, work, delayUs);
  return was;
}

export function armTimer<P extends Protocol>(
  w: World<P>,
  mount: number,
  timer: NamedKey,
  delayUs: number,
): void {
  const m = w.mount(mount);
  const key = keyOf(timer);
  let t = m.timers.get(key);
  if (t === undefined) {
    t = { gen: 0, armed: false };
    m.timers.set(key, t);
  }
  t.gen++;
  t.armed = true;
  const event = { kind: Kind.timer, mount, who: 0, gen: t.gen, body: timer };
  w.scheduleAfter(event, w.timerDelay(mount, delayUs));
}

export function disarmTimer<P extends Protocol>(
  w: World<P>,
  mount: number,
  timer: NamedKey,
): boolean {
  const t = w.mount(mount).timers.get(keyOf(timer));
  if (t === undefined || !t.armed) return false;
  t.armed = false;
  t.gen++;
  return true;
}

/** A delayed work item is queued; a timer's callback is the task to run now. */
export function onTimer<P extends Protocol>(
  w: World<P>,
  mount: number,
  who: number,
  gen: number,
  body: NamedKey,
): number {
  const m = w.mount(mount);
  const key = keyOf(body);
  if (who === 1) {
    const item = m.works.get(key);
    if (item?.pending && item.timer === gen) {
      enqueue(w, mount, NO_TASK, item.queue, key, item);
    }
    return NO_TASK;
  }
  const t = m.timers.get(key);
  if (t === undefined || !t.armed || t.gen !== gen) return NO_TASK;
  t.armed = false;
  const program = typeof body === "string" ? body : body[0];
  const args = { of: typeof body === "string" ? 0 : body[1] };
  return createTask(w, mount, { program, args, work: "", atomic: true });
}

/** Takes a pending item off its queue or timer: `try_to_grab_pending`. */
export function grab<P extends Protocol>(w: World<P>, mount: number, work: NamedKey): boolean {
  const m = w.mount(mount);
  const [key, item] = itemOf(m, work);
  if (!item.pending || item.dropped) return false;
  item.pending = false;
  item.gen++;
  if (item.timer !== 0) {
    item.timer = 0;
    return true;
  }
  const queue = queueOf(m, item.queue);
  const at = queue.waiting.indexOf(key);
  for (const slot of item.watchers.slice()) {
    const park = m.tasks[slot]?.park;
    if (park?.on === "flush" && park.until > item.started) park.until = item.started;
    maybeLetGo(w, mount, slot, item);
  }
  if (at < 0) leave(w, mount, item.queue);
  else {
    queue.waiting.splice(at, 1);
    wakeDrainers(w, mount, queue);
  }
  return true;
}

/** A flush or a cancel that waits for this item looks whether it is over. */
function maybeLetGo<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  item: WorkItem,
): void {
  const park = w.mount(mount).tasks[slot]?.park;
  if (park?.on === "flush" && item.finished >= park.until) {
    item.watchers.splice(item.watchers.indexOf(slot), 1);
    readyTask(w, mount, slot, { value: true });
  } else if (park?.on === "cancel" && item.running === -1 && !item.dropped) {
    item.watchers.splice(item.watchers.indexOf(slot), 1);
    item.cancelling--;
    readyTask(w, mount, slot, { value: park.was });
  }
}
