// Who waits for whom, as sentences with labels: from a task that does not run to what it waits for,
// and on from there, until something is met that runs, a circle, or something outside of the tasks
// (a timer with its deadline, the device, another mount). It reads parked tasks, the `blames` of
// their waits, mutex owners, work items and queues, and knows no protocol.

import type { Named, Protocol } from "../../src/core/index.ts";
import { type Event, Kind } from "../engine/event.ts";
import { keyOf } from "../engine/kernel/tasks.ts";
import type { MountData, Park, Task, WorkItem } from "../engine/state/state.ts";
import type { World } from "../engine/world.ts";

/** A task of a mount. */
interface At {
  readonly mount: number;
  readonly slot: number;
}
/** Why it does not run, and the tasks of the same mount that could change that. */
interface Reason {
  readonly says: string;
  readonly slots: readonly number[];
}

const MICRO = 1_000_000;
const seconds = (us: number): string => `${(us / MICRO).toFixed(6)} s`;
const outside = (says: string): Reason => ({ says, slots: [] });

export const placeOf = (task: Task): string =>
  task.frames.map((f) => `${f.program} @ ${f.label}`).join(" > ");

/** Why the task does not run, as a sentence. */
export function reasonOf<P extends Protocol>(w: World<P>, mount: number, slot: number): string {
  return reason(w, { mount, slot }).says;
}

function reason<P extends Protocol>(w: World<P>, at: At): Reason {
  const task = w.peekMount(at.mount).tasks[at.slot];
  if (task === undefined) return outside("is gone");
  const { park } = task;
  if (park === undefined) return outside("is about to run");
  const found = parked(w, at, task, park);
  const dueAt = dueOf(w, at, task);
  if (dueAt === undefined || park.on === "io") return found;
  const until = park.on === "sleep" ? "until" : "and gives up at";
  return { ...found, says: `${found.says}, ${until} ${seconds(dueAt)}` };
}

/** When its sleep or the timeout of its wait ends. */
function dueOf<P extends Protocol>(w: World<P>, at: At, task: Task): number | undefined {
  return w
    .pendingEvents()
    .find(
      (e) =>
        e.kind === Kind.timeout &&
        e.mount === at.mount &&
        e.who === at.slot &&
        e.gen === task.resume,
    )?.at;
}

function parked<P extends Protocol>(w: World<P>, at: At, task: Task, park: Park): Reason {
  const m = w.peekMount(at.mount);
  switch (park.on) {
    case "wait":
      return blamed(w, at, task, park.wait);
    case "sleep":
      return outside("sleeps");
    case "io":
      return outside(`waits for ${park.what}: ${deviceSays(w, at)}`);
    case "mutex": {
      const owner = m.mutexes.get(park.mutex)?.owner ?? -1;
      const name = m.tasks[owner]?.name ?? "nobody";
      return { says: `wants ${park.mutex}, which ${name} has`, slots: owner < 0 ? [] : [owner] };
    }
    case "flush":
      return workReason(w, at.mount, park.work, "flushes");
    case "cancel":
      return workReason(w, at.mount, park.work, "cancels");
    case "drain":
      return drained(m, park.queue);
    case "hold":
      return outside("is held there");
  }
}

function blamed<P extends Protocol>(w: World<P>, at: At, task: Task, name: string): Reason {
  const m = w.peekMount(at.mount);
  const frame = task.frames[task.frames.length - 1];
  const wait = w.tables.programs.get(frame?.program ?? "")?.waits[name];
  const blame = wait?.blames(frame?.locals, m.state);
  const who = blame?.who ?? "nobody knows whom";
  const says = `waits (${name}) for ${who}: ${blame?.because}`;
  const slots = named(m, who, at.slot);
  const [work] = [...m.works].find(([, item]) => item.program === who) ?? [];
  if (slots.length > 0 || work === undefined) return { says, slots };
  return workReason(w, at.mount, work, `${says}; it needs`);
}

/** The tasks that run a program of that name, or are called by it. */
function named<P extends Protocol>(m: MountData<P>, who: string, but: number): number[] {
  return m.tasks.flatMap((task, slot) =>
    slot !== but && task?.frames.some(({ program }) => program === who) ? [slot] : [],
  );
}

function workReason<P extends Protocol>(
  w: World<P>,
  mount: number,
  key: string,
  does: string,
): Reason {
  const item = w.peekMount(mount).works.get(key);
  const says = `${does} ${key}`;
  if (item === undefined) return outside(`${says}, which does not exist any more`);
  if (item.running >= 0) return { says: `${says}, which runs`, slots: [item.running] };
  if (item.dropped) return outside(`${says}, which a draining queue has dropped: it never runs`);
  if (!item.pending) return outside(`${says}, which is idle: nobody has woken the one who waits`);
  return queued(w, mount, key, item, says);
}

const bodyKey = (e: Event): string => keyOf(e.body as Named<string>);

function queued<P extends Protocol>(
  w: World<P>,
  mount: number,
  key: string,
  item: WorkItem,
  says: string,
): Reason {
  const m = w.peekMount(mount);
  if (item.timer !== 0) {
    const isIt = (e: Event) =>
      e.kind === Kind.timer && e.mount === mount && e.gen === item.timer && bodyKey(e) === key;
    const dueAt = w.pendingEvents().find(isIt)?.at;
    return outside(`${says}, which its timer queues at ${seconds(dueAt ?? w.now)}`);
  }
  const queue = m.queues.get(item.queue);
  if (!queue?.waiting.includes(key)) return outside(`${says}, which is about to run`);
  const before = runningOn(m, item.queue);
  return { says: `${says}, which waits for a place on ${item.queue}`, slots: before };
}

/** The tasks that run items of that queue. */
const runningOn = <P extends Protocol>(m: MountData<P>, queue: string): number[] =>
  [...m.works.values()].flatMap(({ runsOn, running }) =>
    running >= 0 && runsOn === queue ? [running] : [],
  );

function drained<P extends Protocol>(m: MountData<P>, key: string): Reason {
  const slots = runningOn(m, key);
  const names = slots.map((slot) => m.tasks[slot]?.name ?? "?");
  const waiting = m.queues.get(key)?.waiting ?? [];
  if (slots.length > 0) return { says: `drains ${key}, where ${names.join(", ")} runs`, slots };
  if (waiting.length > 0) return outside(`drains ${key}, where ${waiting.join(", ")} waits`);
  return outside(`drains ${key}, which is empty or about to run`);
}

/** What keeps its I/O. */
function deviceSays<P extends Protocol>(w: World<P>, { mount, slot }: At): string {
  const device = w.peekDevice();
  const flight = [...device.inFlight.values()].find((f) => f.mount === mount && f.task === slot);
  if (flight === undefined) return "the device has lost it";
  const path = device.paths.get(flight.host);
  if (flight.hold === "held") return "the write is held on its way";
  if (path?.stalled) return `the path of host ${flight.host} is stalled`;
  return `issued at ${seconds(flight.issuedAt)}, the device has not answered`;
}

/** The sentences from this task on, one a line. */
export function chainOf<P extends Protocol>(w: World<P>, mount: number, slot: number): string[] {
  return walk(w, { mount, slot }).lines;
}

interface Chain {
  readonly lines: string[];
  readonly slots: readonly number[];
  readonly isCircle: boolean;
}

function walk<P extends Protocol>(w: World<P>, from: At): Chain {
  const m = w.peekMount(from.mount);
  const lines: string[] = [];
  const seen: number[] = [];
  let next: number | undefined = from.slot;
  while (next !== undefined) {
    const task: Task | undefined = m.tasks[next];
    if (task === undefined) break;
    if (seen.includes(next)) {
      lines.push(`${m.name}: and so back to ${task.name}: they wait for one another`);
      return { lines, slots: seen, isCircle: true };
    }
    seen.push(next);
    const { says, slots }: Reason = reason(w, { mount: from.mount, slot: next });
    lines.push(`${m.name}: ${placeOf(task)} ${says}`);
    // of several it follows one that is parked: one that runs needs no explanation
    next = slots.find((slot) => m.tasks[slot]?.park !== undefined) ?? slots[0];
  }
  return { lines, slots: seen, isCircle: false };
}

/** What only waits for its time to come is not stuck. */
function isIdle<P extends Protocol>(w: World<P>, at: At, task: Task): boolean {
  if (task.park === undefined || task.park.on === "sleep") return true;
  return task.park.on === "wait" && dueOf(w, at, task) !== undefined;
}

/** The chains of a mount that begin with a task for which no other waits; circles first, then the
 *  longer ones. A chain that only repeats a part of another is left out. */
function chainsOf<P extends Protocol>(w: World<P>, mount: number): Chain[] {
  const { tasks } = w.peekMount(mount);
  const chains: Chain[] = [];
  tasks.forEach((task, slot) => {
    const at = { mount, slot };
    if (task !== undefined && !isIdle(w, at, task)) chains.push(walk(w, at));
  });
  chains.sort((x, y) => Number(y.isCircle) - Number(x.isCircle) || y.slots.length - x.slots.length);
  const told = new Set<number>();
  return chains.filter(({ slots }) => {
    const isNew = slots.some((slot) => !told.has(slot));
    for (const slot of slots) told.add(slot);
    return isNew;
  });
}

/** The tasks of all mounts that live and wait for somebody, or for one who does. */
export function stuckTasks<P extends Protocol>(w: World<P>): { mount: number; slot: number }[] {
  const ids = Array.from({ length: w.mountCount }, (_, id) => id);
  return ids
    .filter((id) => w.peekMount(id).alive)
    .flatMap((mount) =>
      chainsOf(w, mount).flatMap(({ slots }) => slots.map((slot) => ({ mount, slot }))),
    );
}

const INDENT = "  ";

/** Every chain of every mount that lives, or of one: the first line of each at the margin, and what
 *  follows from it indented. */
export function explainStuck<P extends Protocol>(w: World<P>, mount?: number): string[] {
  const ids = mount === undefined ? Array.from({ length: w.mountCount }, (_, id) => id) : [mount];
  return ids
    .filter((id) => w.peekMount(id).alive)
    .flatMap((id) => chainsOf(w, id))
    .flatMap(({ lines }) => lines.map((line, i) => (i === 0 ? line : `${INDENT}${line}`)));
}
