// Every monitor of the table is named where its promise is kept track of, has a test of its own,
// and speaks up in a run of the model in which just what it promises is broken; in the same run
// with nothing broken it is content.

import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { mainApi } from "../../../src/api.ts";
import { inoRange } from "../../../src/lock/keys.ts";
import { lookupLock } from "../../../src/lock/locks.ts";
import { entryMonitors, stateMonitors } from "../../../src/monitors/all.ts";
import { quorumWorker } from "../../../src/quorum/worker.ts";
import { commitLogTreesProcessedTwice } from "../../../src/variants/commit-log-trees-processed-twice.ts";
import { noUnmountBarrier } from "../../../src/variants/no-unmount-barrier.ts";
import type { AnyStep } from "../../../src/variants/types.ts";
import {
  asksNever,
  careless,
  fencesMember,
  finishedAtOnce,
  hasty,
  neverArmed,
  onceOnly,
  stopsFor,
  strangersRid,
  votesForAll,
  warns,
  wrongSlot,
} from "./broken-steps.ts";
import {
  contended,
  forgetsGenerations,
  forgetsSeqs,
  grantsAll,
  readsAgain,
  syncsNothing,
  writesInTurn,
} from "./lock-mutants.ts";
import {
  type Act,
  asleep,
  deafLeader,
  finds,
  heal,
  leaderOf,
  leaves,
  type Mutant,
  oldClient,
  orphaned,
  type Run,
  unlinksOpen,
} from "./model.ts";
import { answersAnother, asksTwice, everythingTwice, locks, losesStatfs } from "./net-mutants.ts";

interface Broken {
  readonly promise: string;
  readonly what: string;
  readonly run: Run;
  readonly mutant: Mutant;
  /** What is done to the world when the step alone does not break it; left out of the good run. */
  readonly world?: Pick<Run, "shape" | "script">;
  readonly finds: RegExp;
  /** It takes luck: so many seeds are tried, and one of them has to show it. */
  readonly seeds?: number;
}

const steps = (program: string, replaced: Readonly<Record<string, AnyStep>>): Mutant => ({
  steps: { [program]: replaced },
});
const worker = (replaced: Readonly<Record<string, AnyStep>>): Mutant =>
  steps("scoutfs_quorum_worker", replaced);
const mainWorker = quorumWorker.steps as unknown as Readonly<Record<string, AnyStep>>;

const forcedLeader: Run = { script: [[5, leaves(true)]], seconds: 30 };
/** Whoever has the lock of that inode unlocks it. */
function gives(w: Parameters<Act>[0]): void {
  const m = w.mount(2).state;
  const lock = lookupLock(m, inoRange(50_000).start);
  if (lock === undefined) throw new Error("the mount has no such lock");
  w.out.enter(2, -1);
  mainApi.unlock(m, w.out as never, lock, "read");
}
const threeHosts = { hosts: 3, agent: { run: "power" } } as const;
/** A mount that has had a lock leaves, and all is quiet then. */
const clientLeaves: Run = {
  shape: { slots: 1 },
  script: [
    [5, (w) => start(w, 2, "scoutfs_lock_ino", { mode: "read", ino: 50_000 })],
    [6, gives],
    [7, (w) => start(w, 2, "umount", { force: false })],
  ],
  ...{ seconds: 20, quiet: true },
};
/** Two of three members leave, one after the other: the second has to wait for the third. */
const membersLeave: Run = {
  script: [1, 2].map((n) => [5 + n, (w) => start(w, n, "umount", { force: false })]),
  seconds: 20,
};
/** A connection that breaks for good: its fence is no part of a recovery, which is owed too. */
const memberDies: Act = (w) => powerOff(w, w.peekMount((leaderOf(w) + 1) % 3).host);
const superseded: Run = {
  shape: threeHosts,
  script: [
    [5, deafLeader],
    [15, heal],
  ],
  seconds: 40,
};
const oldServer: Act = (w) => start(w, 0, "umount", { force: true });

/** An earlier leader that was fenced only in words commits once more. */
const lateCommit: Run["script"] = [
  [5, deafLeader],
  [14, (w) => start(w, earlierLeader(w), "reclaim_rid", { rid: 999 })],
];
const earlierLeader = (w: Parameters<Act>[0]): number => {
  const leader = leaderOf(w);
  const terms = [0, 1, 2].filter((id) => w.peekMount(id).state.server.status === "UP");
  return terms.reduce((a, b) => (termOf(w, a) < termOf(w, b) ? a : b), leader);
};
const termOf = (w: Parameters<Act>[0], id: number): number => w.peekMount(id).state.server.term;
/** After the first answer it asks again. */
const twice: AnyStep = (l) => {
  if (l.again === true) return "getNext";
  l.again = true;
  return "commit";
};
const none: Mutant = {};
const lying = { ...threeHosts, agent: { run: "power", habit: "lying" } } as const;
const absent = { agent: { habit: "absent" } } as const;

const table: readonly Broken[] = [
  {
    ...{ promise: "FNC1", what: "a server fences a rid that no block names", run: forcedLeader },
    mutant: steps("scoutfs_quorum_fence_leaders", { fence: strangersRid }),
    finds: /no quorum block shows it elected/,
  },
  {
    ...{ promise: "FNC2", what: "a request is freed and nothing is reclaimed", run: forcedLeader },
    mutant: steps("reclaim_worker", { next: careless }),
    finds: /frees a fence request without a reclaim/,
  },
  {
    ...{ promise: "FNC3", what: "a server neither waits for the agent nor asks it" },
    run: forcedLeader,
    mutant: {
      steps: {
        scoutfs_quorum_fence_leaders: { waitFenced: (_l) => "waited" },
        reclaim_worker: { next: hasty },
      },
    },
    world: { shape: absent },
    finds: /reclaims it before its fence/,
  },
  {
    ...{ promise: "FNC4", what: "the agent lies", run: superseded, mutant: none },
    world: { shape: lying, script: [[5, deafLeader]] },
    finds: /reports success, and its target can still write/,
  },
  {
    ...{ promise: "FNC5", what: "a new server fences a member that leads nothing" },
    run: { seconds: 5 },
    mutant: steps("scoutfs_quorum_fence_leaders", { choose: fencesMember }),
    finds: /it did nothing wrong/,
  },
  {
    ...{ promise: "ISO1", what: "what is unmounted by force still resigns", run: forcedLeader },
    mutant: { rules: { sendsAfterForcedUnmount: () => true } },
    finds: /sends a datagram after its forced unmount/,
  },
  {
    ...{ promise: "LIVE", what: "a mount sleeps" },
    run: { seconds: 100 },
    mutant: steps("scoutfs_fill_super", { getRoot: asleep("getLogTrees") }),
    finds: /^mount: mount \d's mount \(\d+\) has not ended, and was owed for 92 s$/,
  },
  {
    ...{ promise: "LIVE", what: "an unmount sleeps" },
    run: {
      shape: { slots: 1 },
      script: [[5, (w) => start(w, 2, "umount", { force: false })]],
      seconds: 120,
    },
    mutant: steps("scoutfs_put_super", { enter: asleep("flushInvalidate") }),
    finds: /^unmount: mount 2's unmount has not ended/,
  },
  {
    ...{ promise: "LIVE", what: "a forced unmount sleeps" },
    run: { script: [[5, oldServer]], seconds: 70 },
    mutant: steps("scoutfs_put_super", { enter: asleep("flushInvalidate") }),
    finds: /^forced unmount: mount 0's forced unmount has not ended, and was owed for 55 s$/,
  },
  {
    ...{ promise: "LIVE", what: "the recovery timer is not armed" },
    run: { script: [[0, oldClient]], seconds: 90 },
    mutant: steps("scoutfs_recov_begin", { arm: neverArmed }),
    finds: /^recovery: mount \d's recovery has not ended/,
  },
  {
    ...{ promise: "LIVE", what: "the timer of a fence request is not armed, and no agent answers" },
    run: { shape: threeHosts, script: [[5, memberDies]], seconds: 130 },
    mutant: steps("scoutfs_fence_start", { armTimer: (_l) => "addToList" }),
    world: { shape: { ...threeHosts, agent: absent.agent } },
    finds: /^fence request: mount \d's fence request \(\d+\) has not ended/,
  },
  {
    ...{ promise: "LIVE", what: "a commit sleeps behind its super block" },
    run: { seconds: 90 },
    mutant: steps("scoutfs_server_commit_func", { superWritten: asleep("setStable") }),
    finds: /^server commit: mount \d's server commit has not ended/,
  },
  {
    ...{ promise: "LIVE", what: "invalidations sleep", run: { ...writesInTurn, seconds: 215 } },
    mutant: steps("lock_invalidate_worker", { collect: asleep("next") }),
    finds: /^lock wait: mount \d's lock wait.* has not ended/,
  },
  {
    ...{ promise: "DAT1", what: "a lock is given away without a commit", run: writesInTurn },
    mutant: steps("scoutfs_trans_sync", { sync: syncsNothing }),
    finds: /a read of 7 returns 0, although mount 1 wrote 1 between that and the read/,
  },
  {
    ...{ promise: "LCK1", what: "the server looks at no grant", run: contended },
    mutant: steps("process_waiting_requests", { invalidate: grantsAll }),
    finds: /mount 2 gets write while mount 1 has write/,
  },
  {
    ...{ promise: "LCK4", what: "generations begin anew", run: readsAgain },
    mutant: steps("lock_invalidate_worker", { finish: forgetsGenerations }),
    finds: /may be read again in generation 1, and \d+ was before/,
  },
  {
    ...{ promise: "SEQ1", what: "a commit forgets what was handed out", run: writesInTurn },
    mutant: steps("scoutfs_server_commit_func", { start: forgetsSeqs }),
    finds: /its server commits seq \d+, and \d+ was committed before/,
  },
  {
    ...{ promise: "FWL1", what: "every farewell is answered at once", run: membersLeave },
    mutant: noUnmountBarrier,
    finds: /^farewell: quorum member \d+ may leave, and 1 members stay for rid \d+/,
  },
  {
    ...{ promise: "LCK2", what: "a reclaim leaves the locks", run: clientLeaves },
    mutant: steps("reclaim_rid", { locks: (_l) => "openLogTree" }),
    finds: /lock \d+ is held for rid 103, which is not mounted/,
  },
  {
    ...{ promise: "NET1", what: "requests are handled twice", run: asksTwice },
    mutant: steps("scoutfs_net_proc_worker", { processed: everythingTwice }),
    finds: /handles \w+ \d+ of rid \d+ a second time/,
  },
  {
    ...{ promise: "NET2", what: "a request falls out of its queue", run: asksTwice },
    mutant: steps("scoutfs_net_send_worker", { collect: losesStatfs }),
    finds: /never got the request STATFS \d+ with seq \d+, and now GET_LAST_SEQ/,
  },
  {
    ...{
      promise: "NET3",
      what: "responses are for other locks",
      run: { script: locks, seconds: 6 },
    },
    mutant: steps("submit_send", { queue: answersAnother }),
    finds: /a response to LOCK \d+ for key -1 meets a request for \d+/,
  },
  {
    ...{ promise: "NET4", what: "a greeting sleeps behind its response", run: { seconds: 5 } },
    mutant: steps("server_greeting", {
      responded: (_l) => ({ sleep: 10_000 as never, then: "letOpen" }),
    }),
    finds: /the response to its greeting is sent twice on one socket/,
  },
  {
    ...{ promise: "OMP1", what: "the server asks nobody for an open map", run: unlinksOpen },
    mutant: steps("omap_handle_request", { copy: (_l) => "respondAlone" }),
    finds: /^inode 1030: mount 1 deletes it while mount 2 use it$/,
  },
  {
    ...{ promise: "OMP2", what: "scans pass over what nobody uses", run: orphaned },
    mutant: steps("inode_orphan_scan_worker", { found: (_l) => "leave" }),
    finds: /^inode 1030: it is unlinked, nobody has it open, and 15 s did not do$/,
  },
  {
    ...{ promise: "QRM1", what: "members vote for whoever asks" },
    run: { shape: { slots: 5, mounts: 5, hosts: 1, seed: "votes" }, seconds: 5 },
    mutant: worker({ vote: votesForAll }),
    finds: /^slot \d: votes in term \d+ for slot \d, then for slot \d$/,
    seeds: 30,
  },
  {
    ...{ promise: "QRM2", what: "heartbeats extend nothing", run: { seconds: 10 } },
    mutant: worker({ hear: (_l) => "checkTimeout" }),
    finds: /campaigns \d+ ms after a heartbeat of its leader/,
  },
  {
    ...{ promise: "QRM3", what: "a candidacy takes two terms", run: { seconds: 5 } },
    mutant: worker({
      campaign(l, m, out, ret) {
        l.qst.term++;
        return mainWorker.campaign?.(l, m, out, ret) as never;
      },
    }),
    finds: /a worker of term 0 campaigns in term 2/,
  },
  {
    ...{ promise: "QRM3", what: "nobody votes", run: { seconds: 20 } },
    mutant: worker({ vote: (_l) => "loop" }),
    finds: /21 terms have passed without an ELECT/,
  },
  {
    ...{ promise: "QRM3", what: "only the first heartbeat counts", run: { seconds: 20 } },
    mutant: worker({ hear: onceOnly }),
    finds: /could hear the leader of term \d/,
  },
  {
    ...{ promise: "QRM4", what: "nobody votes", run: { seconds: 30 } },
    mutant: worker({ vote: (_l) => "loop" }),
    finds: /3 members had no server for/,
  },
  {
    ...{ promise: "QRM5", what: "a worker writes another slot's block", run: { seconds: 5 } },
    mutant: steps("update_quorum_block", { write: wrongSlot }),
    finds: /writes block quorum\.9, and its slot is \d/,
  },
  {
    ...{ promise: "RCL1", what: "a reclaim leaves the open-map entry", run: clientLeaves },
    mutant: steps("reclaim_rid", { omap: (_l) => "mountedClient" }),
    finds: /still has an open-map entry of rid 103, and that is reclaimed/,
  },
  {
    ...{ promise: "RCV1", what: "a recovery finishes for one who has not recovered" },
    run: { script: [[0, oldClient]], seconds: 60 },
    mutant: steps("scoutfs_recov_begin", { arm: finishedAtOnce }),
    finds: /its recovery finishes without rid 7/,
  },
  {
    ...{ promise: "RCV1", what: "locks are granted while a client is awaited" },
    run: { script: [[0, oldClient]], seconds: 60 },
    mutant: steps("process_waiting_requests", { check: (_l) => "nextRequest" }),
    finds: /grants rid \d+ a lock while recovery is pending/,
  },
  {
    ...{ promise: "SRV1", what: "a leader that was fenced in words only commits", run: superseded },
    mutant: none,
    world: { shape: lying, script: lateCommit ?? [] },
    finds: /commits in term \d although mount \d leads since \d/,
  },
  {
    ...{ promise: "SRV2", what: "a server stops because of a client", run: { seconds: 5 } },
    mutant: steps("scoutfs_server_worker", { running: stopsFor("a farewell could not be sent") }),
    finds: /stopped because of "a farewell could not be sent"/,
  },
  {
    ...{ promise: "SRV3", what: "a leader that is superseded keeps its server" },
    run: superseded,
    mutant: worker({ checkRunning: (_l) => "checkDown" }),
    world: { shape: { ...threeHosts, agent: absent.agent } },
    finds: /its server of term \d is not told to stop by a turn that does not lead/,
  },
  {
    ...{ promise: "TRN1", what: "a mount commits twice, and a server does both" },
    run: { seconds: 20 },
    mutant: {
      steps: {
        ...commitLogTreesProcessedTwice.steps,
        scoutfs_trans_write_func: { committed: twice },
      },
    },
    finds: /its server commits transaction \d+ of rid \d+, that was done before/,
  },
  {
    ...{ promise: "WRK1", what: "a mount never begins to ask for compactions" },
    run: { seconds: 5, quiet: true },
    mutant: steps("scoutfs_srch_setup", { setup: asksNever }),
    finds: /nobody is going to ask for a compaction/,
  },
  {
    ...{ promise: "WRN1", what: "a lock is taken for one that protects nothing" },
    run: { script: [[5, (w) => start(w, 2, "write_file", { ino: 1030, value: 1 })]], seconds: 10 },
    mutant: steps("scoutfs_item_create_force", { enter: warns }),
    finds: /a lock does not protect what is done under it: mount \d warns/,
  },
];

const readme = readFileSync(new URL("../../../src/monitors/README.md", import.meta.url), "utf8");
const monitors = [...entryMonitors, ...stateMonitors];
const monitorOf = (promise: string) => {
  const found = monitors.find((m) => m.promise === promise);
  if (found === undefined) throw new Error(`no monitor is called ${promise}`);
  return found;
};

describe("a monitor of the table", () => {
  test.each(monitors.map(({ promise }) => promise))("%s is named and tested", (promise) => {
    expect(readme).toMatch(new RegExp(`^\\| ${promise} \\|`, "m"));
    const own = new URL(`./${promise.toLowerCase()}.test.ts`, import.meta.url);
    expect(existsSync(own)).toBe(true);
    const isShown = table.some((row) => row.promise === promise);
    expect(isShown).toBe(true);
  });

  test("has a name of its own", () => {
    const names = monitors.map(({ promise }) => promise);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(table)("$promise fires where $what", (row) => {
    const monitor = monitorOf(row.promise);
    const seeded = (run: Run, n: number): Run =>
      row.seeds === undefined ? run : { ...run, shape: { ...run.shape, seed: `luck ${n}` } };
    let found: string | undefined;
    for (let n = 0; n < (row.seeds ?? 1) && found === undefined; n++) {
      found = finds(seeded({ ...row.run, ...row.world }, n), row.mutant, monitor);
      expect(finds(seeded(row.run, n), none, monitor)).toBeUndefined();
    }
    expect(found).toMatch(row.finds);
  });
});
