// What of a mount and of an event makes a difference to what can still happen. Counts of past runs
// are left out: they only tell the stale from the live, and the stale is gone. So are generations,
// but of what a handle in somebody's state may name: a task that was spawned, a socket.

import type { Protocol } from "../../../src/core/index.ts";
import type { Device } from "../device.ts";
import { type Event, Kind } from "../event.ts";
import { UNBOUNDED } from "../machine.ts";
import type { End, Net, Segment } from "../network/net.ts";
import type { Signal } from "../network/stream-ends.ts";
import type { Hasher } from "./hash.ts";
import type { MountData, Park, Task, WorkItem } from "./state.ts";

export function hashMount<P extends Protocol>(h: Hasher, m: MountData<P>): void {
  h.value(m.alive);
  h.value(m.state);
  let last = m.tasks.length;
  while (last > 0 && m.tasks[last - 1] === undefined) last--;
  for (let i = 0; i < last; i++) hashTask(h, m, m.tasks[i]);
  if (m.priorities !== undefined) h.value(m.priorities);
  h.value(m.waiters.size > 1 ? sortedEntries(m.waiters) : m.waiters);
  h.value(m.mutexes.size > 1 ? sortedEntries(m.mutexes) : m.mutexes);
  for (const [key, item] of sortedEntries(m.works)) hashWork(h, key, item);
  for (const [key, queue] of sortedEntries(m.queues)) {
    h.value(key);
    h.value(queue);
  }
  for (const [key, timer] of sortedEntries(m.timers)) if (timer.armed) h.value(key);
  for (const [slot, { generation, ret }] of m.results) {
    h.word(slot);
    h.number(generation);
    h.value(ret);
  }
  h.value(m.sockets);
}

function sortedEntries<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0));
}

function hashTask<P extends Protocol>(h: Hasher, m: MountData<P>, task: Task | undefined): void {
  if (task === undefined) return h.word(0);
  h.value(task.frames);
  h.value(task.ret);
  h.value(task.work);
  if (task.work === "" && !task.atomic) h.number(task.generation);
  h.word((task.signalled ? 1 : 0) + (task.expired ? 2 : 0) + (task.scheduled ? 4 : 0));
  if (task.park?.on === "flush") hashFlush(h, m, task.park);
  else h.value(task.park);
}

/** How many more instances must end, instead of which. */
function hashFlush<P extends Protocol>(
  h: Hasher,
  m: MountData<P>,
  park: Park & { on: "flush" },
): void {
  h.value(park.work);
  h.value(park.then);
  h.word(park.until - (m.works.get(park.work)?.finished ?? 0));
}

function hashWork(h: Hasher, key: string, item: WorkItem): void {
  const idle = !item.pending && item.running === -1 && item.watchers.length === 0;
  if (idle && item.cancelling === 0) return;
  h.value(key);
  h.value(item.pending && !item.dropped ? item.queue : "");
  h.value(item.runsOn);
  h.word((item.pending ? 1 : 0) + (item.dropped ? 2 : 0) + (item.timer === 0 ? 0 : 4));
  h.word(item.running);
  h.word(item.cancelling);
  h.value(item.watchers);
}

export function hashEvent(h: Hasher, e: Event, now: number): void {
  h.word(e.kind);
  h.word(e.mount);
  h.word(e.who);
  h.number(e.at > now ? e.at - now : 0);
  h.number(e.by === UNBOUNDED ? -1 : e.by - now);
  if (e.kind !== Kind.stream) return h.value(e.body);
  // a segment is hashed where it waits for its acknowledgement, without its number
  const { what, end } = e.body as Signal | Segment;
  h.value(what);
  h.word(end);
}

/** Contents and what is under way; when and how often a block was written matters only while stale
 *  reads may still see what was there before. */
export function hashDevice(h: Hasher, d: Device<unknown>): void {
  const old = d.past.size > 0;
  for (const [block, version] of sortedEntries(d.blocks)) {
    h.value(block);
    h.value(old ? version : version.content);
  }
  if (old) h.value(d.past);
  h.value(d.stale);
  h.value(d.paths);
  for (const io of d.inFlight.values()) {
    h.word(io.mount);
    h.word(io.task);
    h.value(io.io);
    if (old) h.value({ issuedAt: io.issuedAt });
    h.value(io.result);
    h.value(io.hold);
    h.word((io.blocked ? 1 : 0) + (io.orphan ? 2 : 0));
  }
}

/** Streams without the numbers that only tell one event of theirs from another. */
export function hashNet(h: Hasher, net: Net): void {
  h.value(net.ways);
  h.value(net.datagramPorts);
  h.value(net.streamPorts);
  for (const stream of net.streams) {
    h.value(stream.live);
    if (!stream.live) continue;
    h.value(stream.listener.mount);
    h.value(stream.listener.socket);
    h.number(stream.listener.generation);
    for (const end of stream.ends) hashEnd(h, end);
  }
}

function hashEnd(h: Hasher, end: End): void {
  const { flight, timer, probe, sent: _sent, unacked, ...rest } = end;
  h.word((flight === 0 ? 0 : 1) + (timer === 0 ? 0 : 2) + (probe === 0 ? 0 : 4));
  h.value(rest);
  for (const { what, end: to, message, sentAt } of unacked) {
    h.value(what);
    h.word(to);
    h.value(message);
    h.value({ sentAt });
  }
}
