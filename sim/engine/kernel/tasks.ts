// Tasks: what runs a program. A task is a stack of frames with a label each; between two steps it
// is nothing but data. A wake-up makes it runnable, not running: it runs after a drawn delay.

import { Crash, type Named, type Protocol, type Ret } from "../../../src/core/index.ts";
import { Kind } from "../event.ts";
import type { Delay } from "../machine.ts";
import type { Task } from "../state/state.ts";
import type { BoundProgram } from "../tables.ts";
import type { World } from "../world.ts";

export const NO_RET: Ret = Object.freeze({});

/** More than any task or work item ever counts. Counters that tell a live event from a stale one
 *  start at a multiple of it that was not used before: a slot or a name is used again while events
 *  of the one before are still pending. */
export const COUNTS = 2 ** 24;

/** Kernel objects are kept by one string: the name, and which one of many. */
export const keyOf = (named: Named<string>): string =>
  typeof named === "string" ? named : numbered(named[0], named[1]);

interface Remembered {
  readonly number: number;
  readonly key: string;
}
const remembered = new Map<string, Remembered[]>();
/** Of each name; numbers that are equal in these bits push one another out. */
const PLACES = 1023;

/** Keys are looked up all the time, and one that was made anew has to be hashed anew. */
export function numbered(name: string, number: number): string {
  let of = remembered.get(name);
  if (of === undefined) {
    of = [];
    remembered.set(name, of);
  }
  const place = (number ^ (number >>> 10) ^ (number >>> 20)) & PLACES;
  const known = of[place];
  if (known?.number === number) return known.key;
  const key = `${name}#${number}`;
  of[place] = { number, key };
  return key;
}

export interface Spawn {
  readonly program: string;
  readonly args: unknown;
  readonly work: string;
  readonly atomic: boolean;
}

/** Makes a task; it runs when its first run event comes, or when the caller runs it now. */
export function createTask<P extends Protocol>(w: World<P>, mount: number, s: Spawn): number {
  const m = w.mount(mount);
  const program = programOf(w, s.program);
  let slot = m.tasks.indexOf(undefined);
  if (slot < 0) slot = m.tasks.length;
  if (slot >= w.tables.bounds.tasks) {
    w.tooMuch(`tasks of ${m.name}`, w.tables.bounds.tasks, "look for a program that spawns itself");
  }
  const generation = m.nextGeneration++;
  const task: Task = {
    generation,
    name: s.program,
    frames: [{ program: s.program, label: program.start, locals: program.locals(s.args as never) }],
    park: undefined,
    resume: generation * COUNTS,
    scheduled: false,
    expired: false,
    ret: NO_RET,
    work: s.work,
    signalled: false,
    countdown: countdown(w, mount),
    atomic: s.atomic,
  };
  m.tasks[slot] = task;
  m.results.delete(slot);
  return slot;
}

/** Jumps until it is preempted; 0 for never. */
export function countdown<P extends Protocol>(w: World<P>, mount: number): number {
  const within = w.peekMount(mount).preemptWithin ?? w.tables.scheduling.preemptWithin;
  if (within === 0 || w.ordering) return 0;
  return 1 + w.pick(mount, "preempt", within);
}

/** The tasks of one mount are preempted within so many jumps, those that run too; undefined: as
 *  everywhere. */
export function setPreemption<P extends Protocol>(
  w: World<P>,
  mount: number,
  within: number | undefined,
): void {
  const m = w.mount(mount);
  m.preemptWithin = within;
  for (const task of m.tasks) if (task !== undefined) task.countdown = countdown(w, mount);
}

export function programOf<P extends Protocol>(w: World<P>, name: string): BoundProgram<P> {
  const program = w.tables.programs.get(name);
  if (program === undefined) {
    throw new Error(`no program is called ${name}: add it to the programs of this world`);
  }
  return program;
}

/** Ends the task's next or present wait that says where it goes when interrupted. */
export function signal<P extends Protocol>(w: World<P>, mount: number, slot: number): void {
  const task = w.mount(mount).tasks[slot];
  if (task === undefined) return;
  task.signalled = true;
  w.record(mount, "signal", { task: task.name });
  if (task.park?.on === "wait") wakeTask(w, mount, slot);
}

/** Puts the task's next run event into the pending set; a no-op when there is one. */
export function wakeTask<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  delay?: Delay,
): void {
  const task = w.mount(mount).tasks[slot];
  if (task === undefined || task.scheduled) return;
  task.scheduled = true;
  const event = { kind: Kind.run, mount, who: slot, gen: task.resume, body: undefined };
  w.schedule(event, delay ?? w.startDelay(mount, task.name), mount, "start");
}

/** Leaves the park: the task goes on at `label` when it runs. */
export function unpark(task: Task, label: string, ret: Ret): void {
  const frame = task.frames[task.frames.length - 1];
  if (frame === undefined) throw new Crash("expected a parked task to have a frame");
  frame.label = label;
  task.park = undefined;
  task.ret = ret;
  task.resume++;
  task.expired = false;
  task.scheduled = false;
}

/** Unparks and schedules: for what ended somewhere else, such as an I/O. */
export function readyTask<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  ret: Ret,
): void {
  const task = w.mount(mount).tasks[slot];
  const park = task?.park;
  if (task === undefined || park === undefined || !("then" in park)) return;
  unpark(task, park.then, ret);
  wakeTask(w, mount, slot);
}

/** `wake_up`: those who wait there try again. */
export function wakeQueue<P extends Protocol>(w: World<P>, mount: number, queue: string): void {
  const waiters = w.mount(mount).waiters.get(queue);
  if (waiters === undefined) return;
  for (let i = 0; i < waiters.length; i++) wakeTask(w, mount, waiters[i] as number);
}
