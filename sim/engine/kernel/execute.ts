// Running a task: step after step until it parks, ends, is preempted or is held. Waits are tried
// before parking and whenever the task is woken.

import { Crash, type Next, type Protocol, type Ret, type Us } from "../../../src/core/index.ts";
import { startIo } from "../device.ts";
import { Kind } from "../event.ts";
import type { MountData, Park, Task } from "../state/state.ts";
import type { BoundProgram } from "../tables.ts";
import type { World } from "../world.ts";
import { isHeld } from "./holds.ts";
import { takeMutex, tryToOwn } from "./mutexes.ts";
import {
  countdown,
  keyOf,
  NO_RET,
  programOf,
  readyTask,
  unpark,
  wakeQueue,
  wakeTask,
} from "./tasks.ts";
import { startCancel, startDrain, startFlush, tryToEndDrain } from "./work-waits.ts";
import { finishWork } from "./workqueues.ts";

export function onRun<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  gen: number,
): void {
  const m = w.mount(mount);
  const task = m.tasks[slot];
  if (task === undefined || task.resume !== gen || !task.scheduled) return;
  task.scheduled = false;
  if (task.park !== undefined && !tryToLeave(w, m, mount, slot, task, task.park)) return;
  execute(w, mount, slot);
}

/** A woken task looks whether what it waits for has come. */
function tryToLeave<P extends Protocol>(
  w: World<P>,
  m: MountData<P>,
  mount: number,
  slot: number,
  task: Task,
  park: Park,
): boolean {
  if (park.on === "mutex") return tryToOwn(m, slot, task, park);
  if (park.on === "drain") return tryToEndDrain(m, slot, task, park);
  if (park.on !== "wait") return false;
  const frame = task.frames[task.frames.length - 1];
  if (frame === undefined) return false;
  const wait = programOf(w, frame.program).waits[park.wait];
  w.out.enter(mount, slot);
  let label: string | undefined;
  if (wait?.until(frame.locals, m.state, w.out)) label = park.then;
  else if (task.signalled && park.interruptedThen !== undefined) label = park.interruptedThen;
  else if (task.expired && park.timeoutThen !== undefined) label = park.timeoutThen;
  if (label === undefined) return false;
  leaveQueue(m, park.queue, slot);
  unpark(task, label, NO_RET);
  return true;
}

export function leaveQueue<P extends Protocol>(m: MountData<P>, queue: string, slot: number): void {
  const waiters = m.waiters.get(queue);
  const at = waiters === undefined ? -1 : waiters.indexOf(slot);
  if (waiters === undefined || at < 0) return;
  waiters.splice(at, 1);
  if (waiters.length === 0) m.waiters.delete(queue);
}

/** Runs the task until it parks, ends, is preempted or is held. */
export function execute<P extends Protocol>(w: World<P>, mount: number, slot: number): void {
  const m = w.mount(mount);
  const task = m.tasks[slot] as Task;
  w.out.enter(mount, slot);
  let ret = task.ret;
  task.ret = NO_RET;
  let program: BoundProgram<P> | undefined;
  for (let jumps = w.tables.bounds.jumps; jumps > 0; jumps--) {
    const frame = task.frames[task.frames.length - 1];
    if (frame === undefined) return finish(w, mount, slot, ret);
    if (w.holds.length > 0 && isHeld(w, mount, slot)) {
      task.ret = ret;
      return;
    }
    if (program === undefined || program.name !== frame.program) {
      program = programOf(w, frame.program);
    }
    const step = program.steps[frame.label];
    if (step === undefined) {
      throw new Error(`${frame.program} has no step ${frame.label}: a variant may have removed it`);
    }
    w.trace.stepped(mount, frame.program, frame.label, step);
    const next = step.run(frame.locals, m.state, w.out, ret);
    ret = NO_RET;
    if (typeof next === "string") {
      frame.label = next;
    } else if (has(next, "call")) {
      call(w, task, next);
    } else if (has(next, "done")) {
      task.frames.pop();
      ret = next.done;
      if (task.frames.length === 0) return finish(w, mount, slot, ret);
    } else {
      const went = park(w, mount, slot, task, next);
      if (went === undefined) return mustNotSleep(task);
      ret = went;
    }
    if (task.atomic) continue;
    const isPreempted = w.ordering
      ? w.chance(mount, "preempt", 1)
      : task.countdown > 0 && --task.countdown === 0;
    if (isPreempted) return preempt(w, mount, slot, task, ret);
  }
  w.tooMuch(`jumps of ${task.name} in one event`, w.tables.bounds.jumps, "it loops: add a wait");
}

function call<P extends Protocol>(
  w: World<P>,
  task: Task,
  next: { call: string; args: unknown; then: string },
): void {
  const program = programOf(w, next.call);
  const caller = task.frames[task.frames.length - 1];
  if (caller !== undefined) caller.label = next.then;
  const locals = program.locals(next.args as never);
  task.frames.push({ program: next.call, label: program.start, locals });
}

function preempt<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  ret: Ret,
): void {
  task.ret = ret;
  task.countdown = countdown(w, mount);
  task.resume++;
  wakeTask(w, mount, slot, w.resumeDelay(mount, task.name));
}

function mustNotSleep(task: Task): void {
  if (task.atomic) throw new Crash(`expected the timer callback ${task.name} not to sleep`);
}

/** Which form of `Next` it is. Reading a field that is not there is much cheaper than `in`, for
 *  objects of many shapes, and every step comes by here. */
const has = <T extends object, K extends string>(
  next: T,
  field: K,
): next is Extract<T, { readonly [F in K]: unknown }> =>
  (next as { readonly [F in K]?: unknown })[field] !== undefined;

type Parking<P extends Protocol> = Exclude<
  Next<P, string, string>,
  string | { call: string } | { done: Ret }
>;

/** Parks the task, or returns what the next step gets when there is nothing to wait for. */
function park<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  next: Parking<P>,
): Ret | undefined {
  if (has(next, "wait")) return parkWait(w, mount, slot, task, next);
  if (has(next, "sleep")) {
    task.park = { on: "sleep", then: next.then };
    scheduleTimeout(w, mount, slot, task, next.sleep);
    return undefined;
  }
  if (has(next, "io")) {
    task.park = { on: "io", what: `${next.io.op} ${next.io.block}`, then: next.then };
    startIo(w, mount, slot, next.io);
    return undefined;
  }
  if (has(next, "lock")) return parkMutex(w, mount, slot, task, keyOf(next.lock), next.then);
  const now =
    "flush" in next
      ? startFlush(w, mount, slot, task, next)
      : "cancel" in next
        ? startCancel(w, mount, slot, task, next)
        : startDrain(w, mount, slot, task, next);
  if (now !== undefined) goTo(task, next.then);
  return now;
}

function goTo(task: Task, label: string): void {
  const frame = task.frames[task.frames.length - 1];
  if (frame !== undefined) frame.label = label;
}

function scheduleTimeout<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  after: Us,
): void {
  const event = { kind: Kind.timeout, mount, who: slot, gen: task.resume, body: undefined };
  w.scheduleAfter(event, w.timerDelay(mount, after));
}

function parkWait<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  next: Extract<Parking<P>, { wait: string }>,
): Ret | undefined {
  const m = w.mount(mount);
  const frame = task.frames[task.frames.length - 1];
  const wait = frame === undefined ? undefined : programOf(w, frame.program).waits[next.wait];
  if (frame === undefined || wait === undefined) {
    throw new Error(`${task.name} waits for ${next.wait}, which it does not declare`);
  }
  if (wait.until(frame.locals, m.state, w.out)) {
    frame.label = next.then;
    return NO_RET;
  }
  if (task.signalled && next.interrupted !== undefined) {
    frame.label = next.interrupted;
    return NO_RET;
  }
  const queue = keyOf(wait.on(frame.locals, m.state));
  task.park = {
    on: "wait",
    wait: next.wait,
    queue,
    then: next.then,
    timeoutThen: next.timeout?.then,
    interruptedThen: next.interrupted,
  };
  const waiters = m.waiters.get(queue);
  if (waiters === undefined) m.waiters.set(queue, [slot]);
  else waiters.push(slot);
  if (next.timeout !== undefined) scheduleTimeout(w, mount, slot, task, next.timeout.after);
  return undefined;
}

function parkMutex<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  task: Task,
  mutex: string,
  then: string,
): Ret | undefined {
  const m = w.mount(mount);
  if (takeMutex(m, mutex, slot)) {
    goTo(task, then);
    return NO_RET;
  }
  m.mutexes.get(mutex)?.waiters.push(slot);
  task.park = { on: "mutex", mutex, then, tries: 0 };
  return undefined;
}

/** A sleep or a wait's timeout has passed. */
export function onTimeout<P extends Protocol>(
  w: World<P>,
  mount: number,
  slot: number,
  gen: number,
): void {
  const task = w.mount(mount).tasks[slot];
  if (task === undefined || task.resume !== gen || task.park === undefined) return;
  if (task.park.on === "sleep") return readyTask(w, mount, slot, NO_RET);
  task.expired = true;
  wakeTask(w, mount, slot);
}

function finish<P extends Protocol>(w: World<P>, mount: number, slot: number, ret: Ret): void {
  const m = w.mount(mount);
  const task = m.tasks[slot] as Task;
  if (m.mutexes.size > 0) ownsNone(m, slot, task);
  m.tasks[slot] = undefined;
  if (task.work !== "") finishWork(w, mount, task.work);
  else {
    if (!task.atomic) m.results.set(slot, { generation: task.generation, ret });
    wakeQueue(w, mount, "task");
  }
}

function ownsNone<P extends Protocol>(m: MountData<P>, slot: number, task: Task): void {
  for (const [key, mutex] of m.mutexes) {
    if (mutex.owner === slot) {
      throw new Crash(`expected ${task.name} to unlock ${key} before it ends`);
    }
  }
}
