// FNC5: a blameless mount is never fenced, and neither is one that has left cleanly.
//
// Here a mount is to blame once its forced unmount has begun, once its driver says that a fault
// touches it (`fault`, with its rid), or when its farewell ended with an error: the client itself
// warns then that the server may see it time out. The first is all that the recordings have: every
// mount that they fence was unmounted by force before, and a live leader which was superseded (g4)
// wrote STOP and was left alone. A leader of an old term whose power went, or a host that lost its
// network, needs its `fault` entry.
//
// A mount that failed has no forced unmount, but is torn down as by one and says no farewell
// (super.c:scoutfs_fill_super sets forced_unmount). A server that starts later may take it for gone
// and fence it, and so may one whose greeting it never heard: by client.c it owes a farewell once
// server_term is set. The server that it has heard may not: nobody is to blame for a mount that
// fails or is given up, and for 20 s that server could have been told. Nor may it be fenced as a
// leader, for it can write STOP.
//
// Who has left is not fenced whatever happened to it before, for nothing of it is left to isolate:
// - by client_reconnect and client_recovery, from the moment when it knows that its farewell is
//   through: it has the response, or has seen that its item is gone, which a reclaim deletes last
//   (client.c:scoutfs_client_destroy says farewell so that no server waits for it, and connects no
//   more after that; server.c:farewell_worker);
// - by quorum_block_leader, from when its worker has stored STOP, which is to end connections and
//   fencing, or END, by which the slot has no active quorum (quorum.c:scoutfs_quorum_worker). An
//   END behind a STOP that could not be written does not count. It is a leader again once it
//   begins to write ELECT: its host may die when that is on the device and has not returned.
//
// Who left only after the server had looked may come too late: the recovery's timer has fired
// (server.c:fence_pending_recov_worker fences whoever is pending then, regardless), or the blocks
// are being read. It is judged as if it were still there.

import { type Fields, fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  ridOf: Record<number, number>;
  /** By rid: the term of its last ELECT, and whether it wrote STOP since. */
  elected: Record<number, number>;
  stopped: Record<number, true>;
  /** The rids that may be fenced. */
  blamed: Record<number, true>;
  /** The rids whose mount failed, and those that have heard that a server greeted them. */
  failed: Record<number, true>;
  greeted: Record<number, true>;
  /** By rid: when its farewell was through, and when its worker had left its leadership. */
  farewellAt: Record<number, number>;
  quitAt: Record<number, number>;
  /** The rids whose STOP could not be written. */
  unstopped: Record<number, true>;
  /** By mount: when its server began to look at the blocks, and when its recovery's timer fired. */
  readsAt: Record<number, number>;
  timedOutAt: Record<number, number>;
}

/** What happened, as far as the blocks tell. */
function storyOf(s: State, by: number, rid: number): string {
  const term = s.elected[rid];
  if (term === undefined) return "and it did nothing wrong";
  const ownRid = s.ridOf[by] ?? 0;
  if (ownRid === rid) return "and it did nothing wrong: it is its own client";
  if (s.elected[ownRid] === term)
    return `and it did nothing wrong: both were elected in term ${term}`;
  const stop = s.stopped[rid] ? "wrote STOP too late to be read" : "its block has no STOP yet";
  return `and it did nothing wrong: it was elected in term ${term} and ${stop}`;
}

function leads(s: State, own: number): void {
  for (const table of [s.stopped, s.quitAt, s.unstopped]) delete table[own];
}

function onBlock(s: State, own: number, f: Fields, at: number): void {
  const isStop = f.event === "STOP";
  if (!succeeded(f)) {
    if (isStop) s.unstopped[own] = true;
    return;
  }
  if (f.event === "ELECT") {
    s.elected[own] = f.term ?? 0;
    leads(s, own);
  }
  if (isStop) s.stopped[own] = true;
  if (isStop || (f.event === "END" && s.unstopped[own] !== true)) s.quitAt[own] ??= at;
}

/** How it had left when the server looked; undefined: it had not. */
function howItLeft(s: State, by: number, rid: number, reason: string, now: number) {
  const isLeader = reason === "quorum_block_leader";
  const isLate = reason === "client_recovery";
  const lookedAt = (isLeader ? s.readsAt : isLate ? s.timedOutAt : {})[by] ?? now;
  const leftAt = (isLeader ? s.quitAt : s.farewellAt)[rid];
  if (leftAt === undefined || leftAt >= lookedAt) return undefined;
  if (!isLeader) return "its farewell was through";
  return s.stopped[rid] ? "it wrote STOP" : "it wrote END, and no STOP";
}

function isToBlame({ blamed, failed, greeted }: State, rid: number, reason = ""): boolean {
  if (blamed[rid] === true || failed[rid] !== true) return blamed[rid] === true;
  return reason === "client_recovery" || (reason === "client_reconnect" && !greeted[rid]);
}

export const fnc5: EntryMonitor<State> = {
  promise: "FNC5",
  wants: wanted(
    ...["incarnation", "umount_begin_forced", "fault"],
    ...["quorum_block_event", "quorum_block_event_ret"],
    ...["client_greeting", "client_farewell_resp", "lookup_mounted_client"],
    ...["fence_leaders", "recovery_timeout", "fence_start", "fill_super_ret"],
  ),
  start: () => ({
    ...{ ridOf: {}, elected: {}, stopped: {}, blamed: {}, failed: {}, greeted: {} },
    ...{ farewellAt: {}, quitAt: {} },
    ...{ unstopped: {}, readsAt: {}, timedOutAt: {} },
  }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount, at } = entry;
    const own = s.ridOf[mount] ?? 0;
    switch (kindOf(entry)) {
      case "incarnation":
        s.ridOf[mount] = f.rid ?? 0;
        break;
      case "umount_begin_forced":
        s.blamed[own] = true;
        break;
      case "fill_super_ret":
        if (f.error !== undefined) s.failed[own] = true;
        break;
      case "client_greeting":
        if (f.error === undefined || f.error === 0) s.greeted[own] = true;
        break;
      case "client_farewell_resp":
        if (f.error !== 0) s.blamed[own] = true;
        else s.farewellAt[own] ??= at;
        break;
      case "lookup_mounted_client":
        if (succeeded(f)) s.farewellAt[own] ??= at;
        break;
      case "quorum_block_event":
        if (f.event === "ELECT") leads(s, own);
        break;
      case "quorum_block_event_ret":
        onBlock(s, own, f, at);
        break;
      case "fault":
        s.blamed[f.rid ?? 0] = true;
        break;
      case "fence_leaders":
        s.readsAt[mount] = at;
        break;
      case "recovery_timeout":
        s.timedOutAt[mount] = at;
        break;
      case "fence_start": {
        const rid = f.rid ?? 0;
        const left = howItLeft(s, mount, rid, f.reason ?? "", at);
        if (left !== undefined) {
          judge.violate(`rid ${rid}`, `mount ${mount} fences it and it had left cleanly: ${left}`);
        } else if (!isToBlame(s, rid, f.reason)) {
          judge.violate(`rid ${rid}`, `mount ${mount} fences it ${storyOf(s, mount, rid)}`);
        }
        break;
      }
    }
  },
};
