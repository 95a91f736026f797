// WRK1: what has to be done is queued, what waits for an answer has its timer, and no timer
// outlives what it limits.
//
// Each is one locked region of the C, which leaves nothing to be done without somebody to do it: a
// message that may be sent has the send worker queued (net.c:submit_send, set_valid_greeting,
// queue_dead_free), a connection that shuts down has its worker (shutdown_conn_locked), an
// invalidation that no user is in the way of has the invalidation worker (lock.c:queue_inv_work),
// up to the end of the locks, since who leaves may have what others need to leave
// (scoutfs_lock_shutdown), a lock that somebody waits for has its request on the way as long as it
// is said to be pending (lock.c:lock_key_range), a sync that waits has the write queued to run now
// (trans.c:queue_trans_work), a mount asks for srch compactions again and again
// (srch.c:queue_compact_work). A fence request is timed until it is answered
// (fence.c:scoutfs_fence_start, fenced_store), a recovery until all have recovered
// (recov.c:scoutfs_recov_finish). The bound of LIVE and the next one to come hide what is left
// lying: this looks at the queues themselves, and so reads no recordings.
//
// Work that is queued nowhere and yet counts as pending, as a draining queue leaves it, is not set.

import { each, get, numberOf } from "../core/index.ts";
import { invalidationIsReady } from "../lock/api.ts";
import type { NetLock } from "../lock/types.ts";
import type { Connection } from "../net/types.ts";
import type { MountView, StateMonitor, WorldJudge } from "./types.ts";

const named = (name: string, of?: number): string => (of === undefined ? name : `${name}#${of}`);

/** Runs, or will. */
function isSet({ works }: MountView, name: string, of?: number): boolean {
  const work = works.get(named(name, of));
  return work !== undefined && (work.running !== -1 || (work.pending && !work.dropped));
}
const isArmed = ({ timers }: MountView, name: string, of?: number): boolean =>
  timers.get(named(name, of))?.armed === true;
const isUnderWay = ({ tasks }: MountView, program: string, label?: string): boolean =>
  tasks.some((task) =>
    task?.frames.some((f) => f.program === program && (label ?? f.label) === f.label),
  );

/** Somebody waits there whom nothing has woken. */
const isWaiting = ({ tasks }: MountView, program: string): boolean =>
  tasks.some(
    (task) =>
      task?.park?.on === "wait" && !task.scheduled && task.frames.at(-1)?.program === program,
  );

function connectionOwes(m: MountView, of: number, { flags, sendQueue }: Connection): string[] {
  const found: string[] = [];
  if (flags.established && sendQueue.length > 0 && !isSet(m, "scoutfs_net_send_worker", of)) {
    found.push("a message may be sent and nobody sends it");
  }
  const ends = ["scoutfs_net_shutdown_worker", "scoutfs_net_destroy_worker"];
  if (flags.shuttingDown && !flags.reconnWait && !ends.some((end) => isSet(m, end, of))) {
    found.push("a connection is to shut down and nobody shuts it down");
  }
  return found;
}

/** They stop the timer first and say what happened then. */
const fenceAnswers = ["fenced_store", "error_store"];

function fencesOwe(m: MountView): string[] {
  if (fenceAnswers.some((program) => isUnderWay(m, program))) return [];
  const { fences, list } = m.state.fence;
  return list.flatMap((h) => {
    const { rid, fenced, error } = get(fences, h);
    const timed = isArmed(m, "fence_timeout", numberOf(h));
    if (fenced) return timed ? [`the request for rid ${rid} is fenced and still timed`] : [];
    return error || timed ? [] : [`the request for rid ${rid} waits for an answer without a timer`];
  });
}

const recoveryEnds = ["scoutfs_recov_begin", "scoutfs_recov_finish"];
function recoveryOwes(m: MountView): string[] {
  const { begun, pending } = m.state.recov;
  if (!begun || pending.length > 0 || !isArmed(m, "recov_timer_callback")) return [];
  if (recoveryEnds.some((program) => isUnderWay(m, program))) return [];
  return ["all have recovered and the recovery is still timed"];
}

/** Who has the request or the answer to it in hand. */
const requestHandlers = [
  ...["scoutfs_client_lock_request", "client_lock_response", "scoutfs_net_proc_worker"],
  ...["scoutfs_net_shutdown_worker", "scoutfs_umount_begin"],
];

function lockWaitsOwe(m: MountView): string[] {
  const { lock, net } = m.state;
  const pending = [...each(lock.locks)].filter(
    ([, { requestPending, waiters, grant }]) =>
      requestPending && grant === undefined && Object.values(waiters).some((n) => n > 0),
  );
  if (lock.shutdown || pending.length === 0 || !isWaiting(m, "lock_key_range")) return [];
  if (isUnderWay(m, "lock_key_range", "send")) return [];
  if (requestHandlers.some((program) => isUnderWay(m, program))) return [];
  const sent = [...each(net.conns)]
    .flatMap(([, { sendQueue, resendQueue }]) => [...sendQueue, ...resendQueue])
    .filter(({ cmd, response }) => cmd === "LOCK" && !response)
    .map(({ data }) => (data as NetLock).key);
  return pending.flatMap(([, { start }]) =>
    sent.includes(start) ? [] : [`lock ${start} is waited for, and its request is nowhere`],
  );
}

function syncsOwe(m: MountView): string[] {
  if (!isWaiting(m, "scoutfs_trans_sync")) return [];
  const work = m.works.get("scoutfs_trans_write_func");
  const comes = work !== undefined && (work.running !== -1 || (work.pending && work.timer === 0));
  return comes ? [] : ["a sync waits for a write that is not to begin now"];
}

/** In words. */
function owed(m: MountView): string[] {
  const { net, lock, srch } = m.state;
  const found = [...each(net.conns)].flatMap(([h, c]) => connectionOwes(m, numberOf(h), c));
  const hasReady = lock.invList.some((h) => invalidationIsReady(m.state, h));
  const isGivenUp = hasReady && isUnderWay(m, "scoutfs_lock_destroy");
  if (hasReady && !isGivenUp && !isSet(m, "lock_invalidate_worker", 0)) {
    found.push("a lock is asked for back, nobody uses it, and nobody gives it back");
  }
  if (srch.setUp && !srch.shutdown && !isSet(m, "scoutfs_srch_compact_worker")) {
    found.push("nobody is going to ask for a compaction");
  }
  return [...found, ...fencesOwe(m), ...recoveryOwes(m), ...syncsOwe(m), ...lockWaitsOwe(m)];
}

function judgeAll(judge: WorldJudge): void {
  for (let id = 0; id < judge.mountCount; id++) {
    const m = judge.peekMount(id);
    if (m.alive) for (const text of owed(m)) judge.violate(`mount ${id}`, text);
  }
}

export const wrk1: StateMonitor<object> = {
  promise: "WRK1",
  wants: [],
  start: () => ({}),
  on() {
    // What is asked for is state alone.
  },
  quiet: (_s, judge) => judgeAll(judge),
  look: (_s, judge) => judgeAll(judge),
};
