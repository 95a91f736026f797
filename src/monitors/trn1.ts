// TRN1: a transaction takes effect once. Of the transactions of a mount that the commits of servers
// have made durable, each is newer than the one before it, whichever server it was and however
// often the mount asked.
//
// What a server made of a request counts when the commit that it is in succeeds: one that fails
// leaves it to the next of the same server, and a server that is lost before that has done nothing.
// What a reclaim closes has no effect and is not counted. In no recording: they do not show what a
// server makes of log trees.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface Closed {
  readonly rid: number;
  readonly seq: number;
}
interface State {
  gone: Record<number, true>;
  /** By mount, what its server has closed: since its last commit began, and before. */
  since: Record<number, Closed[]>;
  before: Record<number, Closed[]>;
  /** By rid, the last transaction that took effect. */
  last: Record<number, number>;
}

function begins(s: State, mount: number): void {
  s.before[mount] = [...(s.before[mount] ?? []), ...(s.since[mount] ?? [])];
  delete s.since[mount];
}

function commits(s: State, mount: number, judge: Judge): void {
  for (const { rid, seq } of s.before[mount] ?? []) {
    const last = s.last[rid] ?? 0;
    if (seq <= last) {
      const words = last === seq ? "that was done before" : `and ${last} was done before`;
      judge.violate(
        `mount ${mount}`,
        `its server commits transaction ${seq} of rid ${rid}, ${words}`,
      );
    }
    s.last[rid] = Math.max(seq, last);
  }
  delete s.before[mount];
}

function forget(s: State, mount: number): void {
  delete s.since[mount];
  delete s.before[mount];
}

function onEntry(entry: Seen, s: State, judge: Judge): void {
  const { mount, data } = entry;
  switch (kindOf(entry)) {
    case "log_trees": {
      const { what, rid, get_trans_seq } = data as Record<string, unknown>;
      if (what !== "commit") break;
      const closed = { rid: rid as number, seq: get_trans_seq as number };
      s.since[mount] = [...(s.since[mount] ?? []), closed];
      break;
    }
    case "server_commit_start":
      begins(s, mount);
      break;
    case "server_commit_end":
      if (fieldsOf(entry).error === undefined && s.gone[mount] !== true) commits(s, mount, judge);
      break;
    case "server_work_exit":
      forget(s, mount);
      break;
    case "umount_begin_forced":
    case "dead":
      s.gone[mount] = true;
      forget(s, mount);
      break;
  }
}

export const trn1: EntryMonitor<State> = {
  promise: "TRN1",
  wants: wanted(
    ...["log_trees", "server_commit_start", "server_commit_end", "server_work_exit"],
    ...["umount_begin_forced", "dead"],
  ),
  start: () => ({ gone: {}, since: {}, before: {}, last: {} }),
  on(entry, s, judge) {
    onEntry(entry, s, judge);
  },
};
