// What makes two worlds of a twin the same: what their mount can still do. It is coarser than the
// fingerprint of the engine: which slot a task has and in which order tasks were made is left out,
// and so are small differences of when a timer goes off, which the recording could not tell apart.

import { Kind } from "../../engine/event.ts";
import { hashDevice } from "../../engine/state/fingerprint.ts";
import { Hasher } from "../../engine/state/hash.ts";
import { ME } from "./slots.ts";
import type { Owed } from "./stand-ins.ts";
import { threadOf } from "./who.ts";
import type { TwinWorld } from "./world.ts";

const h = new Hasher();
const TIMER_GRAIN_US = 100_000;

/** Who holds a commit and who applies it is in the labels of the tasks: in which order they came to
 *  does not matter. */
function hashWithoutHolds(state: TwinState): void {
  const { server, twin } = state;
  for (const folder of Object.keys(state)) {
    if (folder !== "server" && folder !== "twin") h.value(state[folder]);
  }
  const { holds: _holds, cusers, ...others } = server;
  h.value(others);
  h.value(cusers.committing);
  h.word(cusers.holding.length);
  h.word(cusers.applying.length);
  h.value(twin.socks);
  h.word(twin.owed.length);
  for (const { thread, seen } of twin.owed as readonly Owed[]) {
    h.string(thread);
    h.value(seen);
  }
}
type TwinState = ReturnType<TwinWorld["peekMount"]>["state"];

export function printOf(w: TwinWorld): string {
  const m = w.peekMount(ME);
  h.reset(w.now);
  hashWithoutHolds(m.state);
  for (const socket of m.sockets) h.value(socket?.inbox);
  for (const [key, item] of m.works) {
    if (item.pending || item.running !== -1) h.value([key, item.pending, item.running !== -1]);
  }
  for (const [key, queue] of m.queues) h.value([key, queue.waiting, queue.draining, queue.active]);
  for (const [key, mutex] of m.mutexes) {
    if (mutex.owner !== -1) h.value([key, m.tasks[mutex.owner]?.name, mutex.waiters.length]);
  }
  hashDevice(h, w.peekDevice());
  let { a, b } = h;
  const { bound, owed } = m.state.twin;
  for (const [nr, task] of m.tasks.entries()) {
    if (task === undefined) continue;
    h.reset(w.now);
    for (const { program, label, locals } of task.frames) {
      h.value([program, label, "hold" in locals ? { ...locals, hold: 0 } : locals]);
    }
    h.value(task.park);
    h.value(task.ret);
    h.value([task.work, task.scheduled, task.expired, task.signalled]);
    const who = { task: nr, generation: task.generation };
    h.value([threadOf(bound, who), threadOf(owed, who)]);
    a = (a + h.a) | 0;
    b = (b + h.b) | 0;
  }
  for (const e of w.pendingEvents()) {
    if (e.kind !== Kind.timer && e.kind !== Kind.work) continue;
    h.reset(w.now);
    const left = e.body === "reclaim_worker" ? 0 : Math.ceil(e.at / TIMER_GRAIN_US);
    h.value([e.kind, e.body, e.kind === Kind.timer ? left : 0]);
    a = (a + h.a) | 0;
    b = (b + h.b) | 0;
  }
  return `${a}/${b}`;
}
