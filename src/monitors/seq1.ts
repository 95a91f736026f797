// SEQ1: committed sequence numbers rise; a key is never written under a reused one.
//
// What a server has handed out before a commit begins is in that commit if it succeeds, and must be
// above all that any commit before it has. What it hands out while a commit is written may be in it
// or not (server.c:scoutfs_server_commit_func takes the number between the blocks and the super),
// so it counts for the next one. The seq of a transaction comes out of a commit, so no two mounts
// ever open one with the same. A lock's seq is handed out before a commit, and after the death of
// server and holder it may come again: so of two writes of a key, one after the other, the later
// has the greater seq, on one mount at least the same, unless the first may have been lost with its
// mount.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface Op {
  readonly rid: number;
  readonly what: string;
  readonly key: number;
  readonly seq: number;
  readonly error: unknown;
  readonly beginAt: number;
  readonly endAt: number;
}
interface Written {
  readonly mount: number;
  readonly seq: number;
  readonly endAt: number;
  kept: boolean;
}
interface Range {
  readonly least: number;
  readonly greatest: number;
}
interface State {
  mountOf: Record<number, number>;
  gone: Record<number, true>;
  /** The greatest that was committed. */
  committed: number;
  /** By mount, what was handed out and not committed yet: since its last commit began, before. */
  since: Record<number, Range>;
  before: Record<number, Range>;
  /** By seq of a transaction, who opened it. */
  opened: Record<number, number>;
  /** By key, the last writes: those of mounts that are there, and one that is kept. */
  written: Record<number, Written[]>;
}

const joined = (a: Range | undefined, b: Range | undefined): Range | undefined =>
  a === undefined || b === undefined
    ? (a ?? b)
    : { least: Math.min(a.least, b.least), greatest: Math.max(a.greatest, b.greatest) };

function put(ranges: Record<number, Range>, mount: number, range: Range | undefined): void {
  if (range === undefined) delete ranges[mount];
  else ranges[mount] = range;
}

/** One that failed has left what it would have committed to this one. */
function begins(s: State, mount: number): void {
  put(s.before, mount, joined(s.before[mount], s.since[mount]));
  delete s.since[mount];
}

function commits(s: State, mount: number, judge: Judge): void {
  const range = s.before[mount];
  delete s.before[mount];
  if (range === undefined) return;
  if (range.least <= s.committed) {
    judge.violate(
      `mount ${mount}`,
      `its server commits seq ${range.least}, and ${s.committed} was committed before`,
    );
  }
  s.committed = Math.max(s.committed, range.greatest);
}

function opens(s: State, mount: number, seq: number, judge: Judge): void {
  const other = s.opened[seq];
  if (other !== undefined && other !== mount) {
    judge.violate(
      `mount ${mount}`,
      `opens a transaction with seq ${seq}, as mount ${other} did before`,
    );
  }
  s.opened[seq] = mount;
}

function goes(s: State, mount: number): void {
  s.gone[mount] = true;
  for (const [key, list] of Object.entries(s.written)) {
    s.written[Number(key)] = list.filter((w) => w.kept || w.mount !== mount);
  }
}

function onOp(s: State, mount: number, op: Op, judge: Judge): void {
  if (op.error !== undefined) return;
  if (op.what === "sync") {
    for (const w of Object.values(s.written).flat()) {
      if (w.mount === mount && w.endAt <= op.beginAt) w.kept = true;
    }
  }
  if (op.what !== "write" || s.gone[mount] === true) return;
  const list = s.written[op.key] ?? [];
  const before = list.filter((w) => w.endAt < op.beginAt);
  const reused = before.find((w) => (w.mount === mount ? w.seq > op.seq : w.seq >= op.seq));
  if (reused !== undefined) {
    const earlier = `mount ${reused.mount} did under ${reused.seq}`;
    const words = `is written under seq ${op.seq}, and ${earlier}`;
    judge.violate(`mount ${mount}`, `key ${op.key} ${words} before`);
  }
  // On another mount it was written back before its lock could come here.
  for (const w of before) if (w.mount !== mount) w.kept = true;
  const top = list.filter(({ kept }) => kept).sort((a, b) => b.seq - a.seq)[0];
  const others = list.filter((w) => !w.kept && w.mount !== mount);
  const own: Written = { mount, seq: op.seq, endAt: op.endAt, kept: false };
  s.written[op.key] = [...(top === undefined ? [] : [top]), ...others, own];
}

function onEntry(entry: Seen, s: State, judge: Judge): void {
  const { mount, data } = entry;
  const f = fieldsOf(entry);
  switch (kindOf(entry)) {
    case "incarnation":
      s.mountOf[f.rid ?? 0] = mount;
      break;
    case "next_seq": {
      const seq = Number(f.ret);
      put(s.since, mount, joined(s.since[mount], { least: seq, greatest: seq }));
      break;
    }
    case "server_commit_start":
      begins(s, mount);
      break;
    case "server_commit_end":
      if (f.error === undefined && s.gone[mount] !== true) commits(s, mount, judge);
      break;
    case "server_work_exit":
      delete s.since[mount];
      delete s.before[mount];
      break;
    case "trans_open":
      opens(s, mount, (data as { trans_seq: number }).trans_seq, judge);
      break;
    case "op":
      onOp(s, mount, data as Op, judge);
      break;
    case "fenced_store":
      goes(s, s.mountOf[f.rid ?? 0] ?? -1);
      break;
    case "umount_begin_forced":
    case "dead":
      goes(s, mount);
      break;
  }
}

export const seq1: EntryMonitor<State> = {
  promise: "SEQ1",
  wants: wanted(
    ...["incarnation", "next_seq", "server_commit_start", "server_commit_end"],
    ...["server_work_exit", "trans_open", "op", "umount_begin_forced", "dead", "fenced_store"],
  ),
  start: () => ({
    ...{ mountOf: {}, gone: {}, committed: 0, since: {}, before: {} },
    ...{ opened: {}, written: {} },
  }),
  on(entry, s, judge) {
    onEntry(entry, s, judge);
  },
};
