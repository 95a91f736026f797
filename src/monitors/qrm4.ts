// QRM4: loss of the leader to a server that listens is bounded, while a majority of the slots runs.
//
// The bound is the heartbeat timeout (or, after a resignation, much less), ten candidacies and the
// fence wait. A start that fails begins the count anew: without an agent the fence wait of every
// start times out, and k2 is without a server for 46 s. A member counts from its BEGIN to its END,
// or to the forced unmount. One whose unmount has begun still votes, and so still counts: its
// worker runs until the server let it go. The recordings need up to 12.8 s of 30.5 s, k2 18.2 s of
// 23.5 s.

import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor, Judge } from "./types.ts";

const candidaciesUs = 10 * 350_000;
const fenceWaitUs = 15_000_000;
/** Device writes, task starts and commits of ten candidacies on a slow machine. */
const slackUs = 2_000_000;

interface State {
  slots: number;
  boundUs: number;
  /** Mounts with a quorum worker. */
  members: number[];
  /** The mounts whose server listens. */
  listening: number[];
  /** Since when the cluster could have had a server and had none; -1 while that is not so. */
  since: number;
  /** Faults that last now: nothing is owed meanwhile. */
  unfair: number;
}

const votesNeeded = (slots: number): number => (slots > 2 ? Math.floor(slots / 2) + 1 : 1);

function settle(s: State, at: number): void {
  const enough = s.slots > 0 && s.members.length >= votesNeeded(s.slots);
  const owed = enough && s.listening.length === 0 && s.unfair === 0;
  if (!owed) s.since = -1;
  else if (s.since < 0) s.since = at;
}

function overdue(s: State, at: number, judge: Judge): void {
  if (s.since < 0 || s.boundUs === 0 || at - s.since <= s.boundUs) return;
  const waited = ((at - s.since) / 1e6).toFixed(1);
  judge.violate("no server", `${s.members.length} members had no server for ${waited} s`);
  s.since = at;
}

const without = (list: readonly number[], one: number): number[] => list.filter((m) => m !== one);

export const qrm4: EntryMonitor<State> = {
  promise: "QRM4",
  wants: wanted(
    ...["cluster", "quorum_loop", "quorum_block_event", "quorum_block_event_ret"],
    ...["umount_begin_forced", "net_listen", "server_work_exit", "fence_leaders_ret"],
    ...["dead", "unfair", "fair"],
  ),
  start: () => ({ slots: 0, boundUs: 0, members: [], listening: [], since: -1, unfair: 0 }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { at, mount } = entry;
    overdue(s, at, judge);
    switch (kindOf(entry)) {
      case "cluster":
        s.slots = f.slots ?? 0;
        s.boundUs = (f.heartbeatTimeoutMs ?? 0) * 1000 + candidaciesUs + fenceWaitUs + slackUs;
        break;
      case "quorum_block_event_ret":
        if (f.event === "BEGIN" && succeeded(f)) s.members = [...without(s.members, mount), mount];
        break;
      case "quorum_block_event":
        if (f.event === "END") s.members = without(s.members, mount);
        break;
      case "unfair":
        s.unfair++;
        break;
      case "fair":
        s.unfair--;
        break;
      case "dead":
        s.since = -1; // what began before it is no measure for those who are left
        s.members = without(s.members, mount);
        s.listening = without(s.listening, mount);
        break;
      case "umount_begin_forced":
        s.members = without(s.members, mount);
        s.listening = without(s.listening, mount);
        break;
      case "net_listen":
        s.listening = [...without(s.listening, mount), mount];
        break;
      case "server_work_exit":
        s.listening = without(s.listening, mount);
        break;
      case "fence_leaders_ret":
        if (!succeeded(f)) s.since = -1;
        break;
    }
    settle(s, at);
  },
  quiet(s, judge) {
    overdue(s, judge.now, judge);
  },
};
