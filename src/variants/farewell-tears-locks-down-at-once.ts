// The first attempt at what a farewell must wait for: whoever says farewell has its locks torn down
// at once, in the receive work, and what it still answers is ignored. For that, messages got a work
// queue beside that of their connection, which a farewell drains first. Two queues that give each
// other work cannot both be drained, and the tear-down runs beside that of the farewell work. The
// flag stays with its connection here; there it moves with the client's info.

import { allocate, done, fail, get, numberOf } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { connNumber, connOf, workq } from "../net/connections.ts";
import { netRecvWorker } from "../net/receive.ts";
import { netShutdownWorker } from "../net/shutdown.ts";
import { WQ_DFL_ACTIVE } from "../net/timing.ts";
import type { ConnHandle, NetMessage, RequestArgs, ResponseArgs } from "../net/types.ts";
import { RECOV_LOCKS } from "../recov/api.ts";
import { serverFarewell } from "../server/farewell.ts";
import { lockRecoverResponse, lockResponse, serverLock } from "../server/lock-messages.ts";
import { respond } from "../server/messages.ts";
import type { Variant } from "./types.ts";

/** What the attempt adds to a connection: plain data, like the rest of it. */
interface Added {
  hasProcQueue?: boolean;
  receivedFarewell?: boolean;
}
const added = (m: Mount, h: ConnHandle): Added => connOf(m, h) as Added;

/** `proc_workq`: made with its first message here. */
const procq = (h: ConnHandle) => ["conn.proc_workq", connNumber(h)] as never;

interface Receiving {
  readonly conn: ConnHandle;
  readonly batch: readonly NetMessage[];
  at: number;
}
type Step = NonNullable<Variant["steps"]>[string][string];

/** Allocated and taken off the batch; its work item goes by this number. */
function take(l: Receiving, m: Mount, message: NetMessage): number {
  l.at++;
  return numberOf(allocate(m.net.received, { conn: { ...l.conn }, message }));
}

const inline = (of: number) =>
  ({ call: "scoutfs_net_proc_worker", args: { of }, then: "next" }) as const;

const dispatch: Step = (l: Receiving, m, out, ret) => {
  const message = l.batch[l.at];
  const isAccepted = connOf(m, l.conn).listening !== undefined;
  if (message === undefined || message.cmd === "GREETING") {
    return netRecvWorker.steps.dispatch(l as never, m, out as never, ret) as never;
  }
  if (message.cmd === "LOCK" && !isAccepted) {
    return netRecvWorker.steps.dispatch(l as never, m, out as never, ret) as never;
  }
  const more = added(m, l.conn);
  if (message.cmd === "FAREWELL" && isAccepted && !message.response) {
    return more.hasProcQueue === true
      ? { drain: procq(l.conn), then: "drained" }
      : inline(take(l, m, message));
  }
  if (more.hasProcQueue !== true) out.createQueue(procq(l.conn), WQ_DFL_ACTIVE);
  more.hasProcQueue = true;
  out.queueWork(procq(l.conn), ["scoutfs_net_proc_worker", take(l, m, message)]);
  return "next";
};

export const farewellTearsLocksDownAtOnce: Variant = {
  id: "farewell-tears-locks-down-at-once",
  kind: "regression",
  commit: "5f2259c4",
  area: "net.c",
  promises: ["WRN1", "CRASH", "LIVE", "LCK2", "SRV2", "RCL1"],
  says: "a farewell drains what its client sent before, tears its locks down and ignores the rest",
  rules: { mustWaitForLockRecovery: () => false },
  steps: {
    scoutfs_net_recv_worker: {
      dispatch,
      drained(l: Receiving, m) {
        const message = l.batch[l.at];
        return message === undefined ? "next" : inline(take(l, m, message));
      },
    },
    scoutfs_net_shutdown_worker: {
      /** One after the other: what the second still does gives work to the first. */
      release: (l: { readonly conn: ConnHandle }, m) =>
        added(m, l.conn).hasProcQueue === true
          ? { drain: procq(l.conn), then: "releaseSocket" }
          : "releaseSocket",
      releaseSocket: netShutdownWorker.steps.release as Step,
    },
    scoutfs_net_destroy_worker: {
      destroyQueue: (l: { readonly conn: ConnHandle }) => ({
        drain: workq(l.conn),
        then: "destroyProcQueue",
      }),
      destroyProcQueue: (l: { readonly conn: ConnHandle }, m) =>
        added(m, l.conn).hasProcQueue === true
          ? { drain: procq(l.conn), then: "freeProcQueue" }
          : "free",
      freeProcQueue(l: { readonly conn: ConnHandle }, _m, out) {
        out.destroyQueue(procq(l.conn));
        return "free";
      },
    },
    server_farewell: {
      add(l: RequestArgs, m) {
        const { rid } = get(m.net.conns, l.conn);
        m.server.farewellRequests.push({ rid, netId: l.id });
        added(m, l.conn).receivedFarewell = true;
        return { call: "scoutfs_lock_server_farewell", args: { rid }, then: "tornDown" };
      },
      tornDown(l: RequestArgs, m, _out, { error }) {
        if (error !== undefined) return fail(error);
        const { rid } = get(m.net.conns, l.conn);
        const args = { rid, which: RECOV_LOCKS };
        return { call: "scoutfs_server_recov_finish", args, then: "finished" };
      },
      finished: (_l) => ({ call: "queue_farewell_work", args: {}, then: "queued" }),
      queued: serverFarewell.steps.queued as Step,
    },
    server_lock: {
      ask: (l: RequestArgs, m, out, ret) =>
        added(m, l.conn).receivedFarewell === true
          ? respond(l, { error: "EINVAL" })
          : (serverLock.steps.ask(l, m, out, ret) as never),
      responded: (_l, _m, _out, { error }) => done({ error }),
    },
    lock_response: {
      hear: (l: ResponseArgs, m, out, ret) =>
        added(m, l.conn).receivedFarewell === true
          ? done()
          : (lockResponse.steps.hear(l, m, out, ret) as never),
    },
    lock_recover_response: {
      hear: (l: ResponseArgs, m, out, ret) =>
        added(m, l.conn).receivedFarewell === true
          ? done()
          : (lockRecoverResponse.steps.hear(l, m, out, ret) as never),
    },
  },
};
