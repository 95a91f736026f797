// QRM4: loss of the leader to a server that listens is bounded, while a majority of the slots runs.
//
// The bound is the heartbeat timeout (or, after a resignation, much less), ten candidacies and the
// fence wait. A start that fails begins the count anew: without an agent the fence wait of every
// start times out, and k2 is without a server for 46 s. So does a start whose mount is unmounted,
// by force or not: those who are left must first miss its heartbeats, and then fence it too. One
// that is given up with ^C has no such moment: its worker writes END as soon as its server is down,
// which only the end of a mount has it do, and the count is then from the end of that server.
//
// It is owed by a majority that stays. Who begins after a leader went without STOP reads its ELECT,
// takes that for a server, and gives it a whole heartbeat timeout from then on. As long as earlier
// members make up a majority they need not wait for it; when they leave, the count is from its
// BEGIN.
//
// A member counts from its BEGIN to its END, to the forced unmount, or to the end of a worker that
// broke off: its mount should be remounted, says the C, and those who are left must first miss it.
// A server that stopped is no reason to break off (e4dca8dd). One whose unmount has begun still
// votes, and so still counts: its worker runs until the server let it go. The recordings need up to
// 12.8 s of 30.5 s, k2 18.2 s of 23.5 s.

import { votesNeeded } from "../quorum/api.ts";
import { fieldsOf, kindOf, leavesForItsServer, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor, Judge } from "./types.ts";

const candidaciesUs = 10 * 350_000;
const fenceWaitUs = 15_000_000;
/** Device writes, task starts and commits of ten candidacies on a slow machine. */
const slackUs = 2_000_000;
const afterTimeoutUs = candidaciesUs + fenceWaitUs + slackUs;

interface Member {
  readonly mount: number;
  readonly beganAt: number;
}

interface State {
  slots: number;
  boundUs: number;
  /** Mounts with a quorum worker, in the order in which they began. */
  members: Member[];
  /** The mounts whose server listens. */
  listening: number[];
  /** The mounts that were elected and do not listen yet. They have sent a heartbeat before ELECT is
   *  written, so they count from when that begins. */
  starting: number[];
  /** By mount, when its server last ended before it had listened. */
  endedAt: Record<number, number>;
  /** Since when the cluster could have had a server and had none; -1 while that is not so. */
  since: number;
  /** Faults that last now: nothing is owed meanwhile. */
  unfair: number;
}

/** Since when those who are members now have been a majority. */
const majorityAt = (s: State): number => s.members[votesNeeded(s.slots) - 1]?.beganAt ?? 0;

function settle(s: State, at: number): void {
  const enough = s.slots > 0 && s.members.length >= votesNeeded(s.slots);
  const owed = enough && s.listening.length === 0 && s.unfair === 0;
  if (!owed) s.since = -1;
  else if (s.since < 0) s.since = at;
  else s.since = Math.max(s.since, majorityAt(s));
}

function overdue(s: State, at: number, judge: Judge): void {
  if (s.since < 0 || s.boundUs === 0 || at - s.since <= s.boundUs) return;
  const waited = ((at - s.since) / 1e6).toFixed(1);
  judge.violate("no server", `${s.members.length} members had no server for ${waited} s`);
  s.since = at;
}

const without = (list: readonly number[], one: number): number[] => list.filter((m) => m !== one);

function leaves(s: State, mount: number): void {
  s.members = s.members.filter((m) => m.mount !== mount);
}

function begins(s: State, mount: number, at: number): void {
  leaves(s, mount);
  s.members.push({ mount, beganAt: at });
}

function stops(s: State, mount: number): void {
  s.listening = without(s.listening, mount);
  s.starting = without(s.starting, mount);
}

export const qrm4: EntryMonitor<State> = {
  promise: "QRM4",
  wants: wanted(
    ...[
      "cluster",
      "heartbeat_timeout",
      "quorum_loop",
      "quorum_block_event",
      "quorum_block_event_ret",
      "quorum_worker_exit",
    ],
    ...["umount_begin_forced", "net_listen", "server_work_exit", "fence_leaders_ret"],
    ...["unmounting", "dead", "unfair", "fair", "calm"],
  ),
  start: () => ({
    ...{ slots: 0, boundUs: 0, members: [], listening: [], starting: [], since: -1, unfair: 0 },
    endedAt: {},
  }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { at, mount } = entry;
    overdue(s, at, judge);
    switch (kindOf(entry)) {
      case "cluster":
        s.slots = f.slots ?? 0;
        s.boundUs = (f.heartbeatTimeoutMs ?? 0) * 1000 + afterTimeoutUs;
        break;
      case "heartbeat_timeout":
        s.boundUs = Math.max(s.boundUs, (f.heartbeatTimeoutMs ?? 0) * 1000 + afterTimeoutUs);
        break;
      case "quorum_block_event_ret":
        if (f.event === "BEGIN" && succeeded(f)) begins(s, mount, at);
        if (f.event === "ELECT" && !succeeded(f)) s.starting = without(s.starting, mount);
        break;
      case "quorum_block_event":
        if (f.event === "ELECT") s.starting = [...without(s.starting, mount), mount];
        if (f.event === "END") {
          leaves(s, mount);
          if (s.since >= 0) s.since = Math.max(s.since, s.endedAt[mount] ?? 0);
        }
        break;
      case "quorum_worker_exit":
        if (leavesForItsServer(f)) break;
        if (!s.members.some((m) => m.mount === mount)) break;
        s.since = -1;
        leaves(s, mount);
        break;
      case "unfair":
        s.unfair++;
        break;
      case "fair":
        s.unfair = Math.max(0, s.unfair - 1);
        break;
      case "calm":
        s.unfair = 0;
        break;
      case "unmounting":
        if (s.starting.includes(mount)) s.since = -1;
        break;
      case "dead":
        s.since = -1; // what began before it is no measure for those who are left
        leaves(s, mount);
        stops(s, mount);
        break;
      case "umount_begin_forced":
        if (s.starting.includes(mount)) s.since = -1;
        leaves(s, mount);
        stops(s, mount);
        break;
      case "net_listen":
        stops(s, mount);
        s.listening = [...s.listening, mount];
        break;
      case "server_work_exit":
        if (s.starting.includes(mount)) s.endedAt[mount] = at;
        stops(s, mount);
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
