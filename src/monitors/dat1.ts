// DAT1: a read returns the newest version that was visible before it; what was synced is never
// lost. Each key is judged by itself, from calls that have ended: a read may return any write that
// began before its end, unless another write came whole between that one's end and the read's
// begin, or an earlier read has shown that it is over.
//
// A mount that goes (it dies, is unmounted by force, is fenced) may take writes with it. Not those
// that are kept: behind a sync or a clean unmount of the mount, or seen or followed by a write on
// another mount, for which its lock had to be given away. The others are in doubt until a read
// settles it.

import { kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";
import {
  firstWrite,
  forget,
  keep,
  newerThan,
  overtake,
  type Write,
  type Writes,
} from "./writes.ts";

interface Op {
  readonly rid: number;
  readonly what: "write" | "read" | "sync";
  readonly key: number;
  readonly value: number;
  readonly error: unknown;
  readonly beginAt: number;
  readonly endAt: number;
}
interface State {
  mountOf: Record<number, number>;
  gone: Record<number, true>;
  keys: Record<number, Writes>;
}

function writesOf(s: State, key: number): Writes {
  s.keys[key] ??= { list: [firstWrite()], forgottenAt: -1 };
  return s.keys[key];
}
const valued = (h: Writes, value: number): Write | undefined =>
  h.list.find((w) => w.value === value);

function goes(s: State, mount: number, at: number): void {
  s.gone[mount] = true;
  for (const { list } of Object.values(s.keys)) {
    for (const w of list) {
      if (w.mount !== mount || w.kept) continue;
      w.doubtful = true;
      if (w.endAt >= 0) continue;
      w.endAt = at;
      w.cut = true;
    }
  }
}

/** All that the mount has written up to then. A sync that ends behind the forced unmount of its
 *  mount says nothing of a write that had not ended. */
function keepAll(s: State, mount: number, untilAt: number): void {
  for (const h of Object.values(s.keys)) {
    for (const w of h.list) {
      const hasEnded = w.endAt >= 0 && !w.cut && w.endAt <= untilAt;
      if (w.mount === mount && hasEnded) keep(h, w);
    }
  }
}

function onWrite(s: State, mount: number, op: Op): void {
  const h = writesOf(s, op.key);
  const own = valued(h, op.value);
  if (own === undefined) return;
  if (op.error !== undefined) {
    h.list = h.list.filter((w) => w !== own);
    return;
  }
  own.endAt = op.endAt;
  own.cut = false;
  own.doubtful = s.gone[mount] === true && !own.kept;
  const before = (w: Write) => w.endAt >= 0 && w.endAt < op.beginAt;
  for (const w of h.list) if (w.mount !== mount && !w.doubtful && before(w)) keep(h, w);
  if (own.kept) overtake(h, own, own.endAt);
  forget(h);
}

/** What is wrong about what it returned. */
function complaint(h: Writes, w: Write | undefined, op: Op): string | undefined {
  if (w === undefined || w.beginAt > op.endAt) {
    return op.beginAt > h.forgottenAt ? "and nobody has written that" : undefined;
  }
  if (w.overAt >= 0 && w.overAt < op.beginAt) return "which was over before the read began";
  const newer = newerThan(h, w, op.beginAt);
  return newer && `although mount ${newer.mount} wrote ${newer.value} between that and the read`;
}

function onRead(s: State, mount: number, op: Op, judge: Judge): void {
  if (s.gone[mount] === true) return;
  const h = writesOf(s, op.key);
  const w = valued(h, op.value);
  const wrong = complaint(h, w, op);
  if (wrong !== undefined) {
    judge.violate(`mount ${mount}`, `a read of ${op.key} returns ${op.value}, ${wrong}`);
    return;
  }
  if (w === undefined) return;
  if (w.mount !== mount) keep(h, w);
  if (!w.kept) return;
  for (const x of h.list) {
    const isOver = x !== w && x.endAt >= 0 && x.endAt < op.beginAt;
    if (isOver && (x.overAt < 0 || x.overAt > op.endAt)) x.overAt = op.endAt;
  }
}

function onOp(s: State, { mount, data }: Seen, judge: Judge): void {
  const op = data as Op;
  if (op.what === "write") onWrite(s, mount, op);
  else if (op.error === undefined) {
    if (op.what === "read") onRead(s, mount, op, judge);
    else keepAll(s, mount, op.beginAt);
  }
}

export const dat1: EntryMonitor<State> = {
  promise: "DAT1",
  wants: wanted(
    ...["op_begin", "op", "incarnation", "unmounted"],
    ...["umount_begin_forced", "dead", "fenced_store"],
  ),
  start: () => ({ mountOf: {}, gone: {}, keys: {} }),
  on(entry, s, judge) {
    const { mount, at } = entry;
    const { rid, what, key, value } = entry.data as Op;
    switch (kindOf(entry)) {
      case "incarnation":
        s.mountOf[rid] = mount;
        break;
      case "op_begin":
        if (what !== "write") break;
        writesOf(s, key).list.push({
          ...firstWrite(),
          value,
          mount,
          beginAt: at,
          endAt: -1,
          kept: false,
        });
        break;
      case "op":
        onOp(s, entry, judge);
        break;
      case "unmounted":
        if (s.gone[mount] !== true) keepAll(s, mount, at);
        break;
      case "fenced_store":
        goes(s, s.mountOf[rid] ?? -1, at);
        break;
      default:
        goes(s, mount, at);
    }
  },
};
