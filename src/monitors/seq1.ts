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
//
// Who asks for the last committed seq is told that "all seqs up to and including this seq have been
// committed" (ioctl.h and scoutfs.8, committed_seq of statfs_more), and that "new client
// transactions can only have greater seqs" (server.c:get_stable_trans_seq). So when a mount has the
// answer, nobody has a transaction open that is up to it and in no commit, and nobody opens one
// after it. A transaction is in a commit when the super block with its log tree has landed, whether
// anybody was told of that or not. One that is reclaimed has nothing in it, and one of a mount that
// has gone never will. Which answer a mount got of those that servers gave it is not known, nor
// need all have arrived: when k have, one at least as great as the k-th least that was given has.
// Recordings have neither the answer's arrival nor transactions, so nothing is asked of them.

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
interface Closed {
  readonly rid: number;
  readonly seq: number;
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
  /** By mount, its transaction that is in no commit. */
  open: Record<number, number>;
  /** By mount of a server, the transactions that it closed: since its last commit began, before. */
  closedSince: Record<number, Closed[]>;
  closedBefore: Record<number, Closed[]>;
  /** By rid, the last seqs that servers have answered with and that may have arrived, rising. */
  answers: Record<number, number[]>;
  /** The greatest that a mount has been told to be committed, with all before it. */
  told: number;
  /** By key, the last writes: those of mounts that are there, and one that is kept. */
  written: Record<number, Written[]>;
}

/** The place of what its answers break. */
const TOLD = "the last committed seq";

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
  s.closedBefore[mount] = [...(s.closedBefore[mount] ?? []), ...(s.closedSince[mount] ?? [])];
  delete s.closedSince[mount];
}

/** What a server of that mount has closed is not open any more, whatever comes. */
function becomesStable(s: State, mount: number): void {
  for (const closed of s.closedBefore[mount] ?? []) isNotOpen(s, closed);
  delete s.closedBefore[mount];
}

function isNotOpen(s: State, { rid, seq }: Closed): void {
  const mount = s.mountOf[rid] ?? -1;
  if (s.open[mount] === seq) delete s.open[mount];
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
  if (s.gone[mount] === true) return;
  s.open[mount] = seq;
  if (seq > s.told) return;
  const before = `and all up to ${s.told} had been told to be committed`;
  judge.violate(TOLD, `mount ${mount} opens a transaction with seq ${seq}, ${before}`);
}

function onLogTrees(s: State, mount: number, data: object): void {
  const { what, rid, get_trans_seq, commit_trans_seq } = data as Record<string, unknown>;
  const closed = { rid: Number(rid), seq: Number(get_trans_seq) };
  if (Number(commit_trans_seq) < closed.seq) return;
  if (what !== "commit") isNotOpen(s, closed);
  else s.closedSince[mount] = [...(s.closedSince[mount] ?? []), closed];
}

function answers(s: State, data: object): void {
  const { rid, trans_seq } = data as Record<string, unknown>;
  if (typeof rid !== "number" || typeof trans_seq !== "number") return;
  s.answers[rid] = [...(s.answers[rid] ?? []), trans_seq].sort((a, b) => a - b);
}

function isTold(s: State, mount: number, rid: number, judge: Judge): void {
  const told = s.answers[rid]?.shift() ?? 0;
  s.told = Math.max(s.told, told);
  for (const [other, seq] of Object.entries(s.open)) {
    if (seq > told) continue;
    const open = `transaction ${seq} of mount ${other} is in no commit yet`;
    judge.violate(TOLD, `mount ${mount} is told that all up to ${told} is committed, and ${open}`);
  }
}

function goes(s: State, mount: number): void {
  s.gone[mount] = true;
  delete s.open[mount];
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

function isStable(data: object): boolean {
  const { did, op, block } = data as Record<string, unknown>;
  return did === "land" && op === "write" && block === "server.super";
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
    case "io":
      if (isStable(data)) becomesStable(s, mount);
      break;
    case "server_work_exit":
      for (const of of [s.since, s.before, s.closedSince, s.closedBefore]) delete of[mount];
      break;
    case "log_trees":
      onLogTrees(s, mount, data);
      break;
    case "trans_seq_last":
      answers(s, data);
      break;
    case "request":
      if (f.what === "last_seq" && f.error === undefined) isTold(s, mount, f.rid ?? 0, judge);
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
    ...["io", "log_trees", "trans_seq_last", "request"],
  ),
  start: () => ({
    ...{ mountOf: {}, gone: {}, committed: 0, since: {}, before: {} },
    ...{ opened: {}, open: {}, closedSince: {}, closedBefore: {}, answers: {}, told: 0 },
    written: {},
  }),
  on(entry, s, judge) {
    onEntry(entry, s, judge);
  },
};
