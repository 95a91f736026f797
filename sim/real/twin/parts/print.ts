// What makes two worlds of a part the same: what can still happen in them. Which slot a task has
// and in which order tasks were made is left out.

import { Kind } from "../../../engine/event.ts";
import { Hasher } from "../../../engine/state/hash.ts";
import { ME } from "../slots.ts";
import type { TwinWorld } from "../world.ts";

const h = new Hasher();

export function printOfPart(w: TwinWorld): string {
  const m = w.peekMount(ME);
  const { lock, lockServer, recov, omap, trans, twin, server, super: sb } = m.state;
  h.reset(w.now);
  h.value([lock, lockServer, recov, omap, trans, twin, server.seq, sb.forcingUnmount]);
  for (const [key, item] of m.works) {
    if (item.pending || item.running !== -1) h.value([key, item.pending, item.running !== -1]);
  }
  for (const [key, mutex] of m.mutexes) {
    if (mutex.owner !== -1) h.value([key, m.tasks[mutex.owner]?.name, mutex.waiters.length]);
  }
  let { a, b } = h;
  const add = (value: unknown): void => {
    h.reset(w.now);
    h.value(value);
    a = (a + h.a) | 0;
    b = (b + h.b) | 0;
  };
  for (const task of m.tasks) {
    if (task === undefined) continue;
    const stack = task.frames.map(({ program, label, locals }) => [program, label, locals]);
    add([stack, task.park, task.ret, task.work, task.scheduled, task.expired]);
  }
  for (const e of w.pendingEvents()) {
    if (e.kind === Kind.timer || e.kind === Kind.work) add([e.kind, e.body]);
  }
  return `${a}/${b}`;
}
