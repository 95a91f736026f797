// Which task of the model is which thread of the recording. A recording vouches for who did what:
// a work item keeps its thread from its start to its end. So a task of the model that has shown
// what a thread did shows all that it does until the task ends, and nobody else does.

import type { Event } from "../../engine/event.ts";
import { Kind } from "../../engine/event.ts";
import { ME } from "./slots.ts";
import { nothingComes } from "./streams.ts";
import type { Item } from "./timeline.ts";
import type { TwinWorld } from "./world.ts";

/** A task of the model: a slot is used again by others. */
export interface Who {
  readonly task: number;
  readonly generation: number;
}

export interface Bound extends Who {
  /** As the recording calls it. */
  readonly thread: string;
}

/** Timers go off in whatever runs just then. */
const ofNobody: ReadonlySet<string> = new Set(["recovery_timeout", "fence_timeout"]);
/** Or the recording does not tell. */
export const isNobodys = (kind: string, thread: string): boolean =>
  thread === "" || ofNobody.has(kind);
/** What a twin starts to stand for others may be shown by any of them. */
const ofUser = "twin umount";

const isAlive = (w: TwinWorld, { task, generation }: Who): boolean =>
  w.peekMount(ME).tasks[task]?.generation === generation && !mayHaveLeft(w, task);

/** A receiver that nothing more comes to ends without a trace when its peer closes, once the
 *  connection is being shut down. */
function mayHaveLeft(w: TwinWorld, task: number): boolean {
  const m = w.peekMount(ME);
  const [first, second] = m.tasks[task]?.frames ?? [];
  if (first?.program !== "scoutfs_net_recv_worker" || second !== undefined) return false;
  const conn = m.state.net.conns.slots[first.locals.conn.id]?.value;
  return conn?.flags.shuttingDown === true && nothingComes(w, conn.sock);
}

/** Who is to do the event; after it also who began to. */
export function whoDoes(w: TwinWorld, e: Event): Who | undefined {
  const m = w.peekMount(ME);
  const task = e.kind === Kind.run ? e.who : (m.works.get(String(e.body))?.running ?? -1);
  const generation = m.tasks[task]?.generation ?? -1;
  return whoIs(w, { task, generation });
}

/** The task, if it is there and its thread is known to be one. */
export function whoIs(w: TwinWorld, { task, generation }: Who): Who | undefined {
  const known = w.peekMount(ME).tasks[task];
  if (known === undefined || known.generation !== generation) return undefined;
  const isUser = known.frames[0]?.program === ofUser;
  return known.work === "" && !isUser ? undefined : { task, generation };
}

const boundIn = (w: TwinWorld): readonly Bound[] => w.peekMount(ME).state.twin.bound;

/** Whether that task may show what the thread of the item did. */
export function mayBe(w: TwinWorld, who: Who | undefined, { kind, task: thread }: Item): boolean {
  if (who === undefined || isNobodys(kind, thread)) return true;
  for (const b of boundIn(w)) {
    const isSame = b.task === who.task && b.generation === who.generation;
    if (isSame !== (b.thread === thread) && isAlive(w, b)) return false;
  }
  return true;
}

export const isBoundTo = (w: TwinWorld, who: Who | undefined, thread: string): boolean =>
  who !== undefined && threadOf(boundIn(w), who) === thread;

/** That task has shown what the thread of the item did. */
export function bind(w: TwinWorld, who: Who | undefined, { kind, task: thread }: Item): void {
  if (who === undefined || isNobodys(kind, thread) || !isAlive(w, who)) return;
  if (boundIn(w).some((b) => b.task === who.task && b.generation === who.generation)) return;
  const { twin } = w.mount(ME).state;
  twin.bound = twin.bound.filter((b: Bound) => isAlive(w, b));
  twin.bound.push({ ...who, thread });
}

/** As whom the recording knows the task. */
export const threadOf = (bound: readonly Bound[], { task, generation }: Who): string =>
  bound.find((b) => b.task === task && b.generation === generation)?.thread ?? "";
