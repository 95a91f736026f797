// Connections as kernel objects, and what the C does with one inside a single locked region:
// scoutfs_net_alloc_conn, shutdown_conn_locked and destroy_conn of net.c. Each function here must
// run within one step.

import type { Named, Out, Rid } from "../core/index.ts";
import { allocate, get, handleOf, numberOf, us } from "../core/index.ts";
import { emitConn } from "./records.ts";
import { ORDERED_LISTS, WQ_DFL_ACTIVE } from "./timing.ts";
import type { AllocConn, Connection, ConnHandle, NetMount, NetProtocol } from "./types.ts";

type NetOut = Out<NetProtocol>;
export const NO_RID = 0 as Rid;

/** The number under which work items, queues and wait queues of a connection go. It holds the
 *  generation, so that work which outlives its connection is found out. */
export const connNumber = (h: ConnHandle): number => numberOf(h);
export const connHandle = (of: number): ConnHandle => handleOf(of);
export const connOf = (m: NetMount, h: ConnHandle): Connection => get(m.net.conns, h);
/** What a listener has accepted of a client, by greetings: the one that it uses now comes last. */
export function acceptedOf(m: NetMount, listener: ConnHandle, rid: Rid): ConnHandle[] {
  const own = connOf(m, listener).accepted.filter((h) => connOf(m, h).rid === rid);
  return own.sort((a, b) => connOf(m, a).greetingId - connOf(m, b).greetingId);
}
type Greeted = Pick<Connection, "listening" | "rid" | "greetingId">;
/** Those of the same client that were greeted after this one. */
export function laterOf(m: NetMount, { listening, rid, greetingId }: Greeted): ConnHandle[] {
  const all = listening === undefined ? [] : acceptedOf(m, listening, rid);
  return all.filter((other) => connOf(m, other).greetingId > greetingId);
}
/** The list of a connection's ordered processing, as a work item, and back. */
export const orderedWork = (h: ConnHandle, list: number) =>
  ["scoutfs_net_ordered_proc_worker", connNumber(h) * ORDERED_LISTS + list] as const;
export const orderedList = (of: number): { readonly conn: ConnHandle; readonly list: number } => ({
  conn: connHandle(Math.floor(of / ORDERED_LISTS)),
  list: of % ORDERED_LISTS,
});
export const sameConn = (a: ConnHandle, b: ConnHandle): boolean =>
  a.id === b.id && a.generation === b.generation;

/** Its own queue: `["conn.workq", 1000000]`. */
export const workq = (h: ConnHandle): Named<"conn.workq"> => ["conn.workq", connNumber(h)];
export const waitq = (h: ConnHandle): Named<"conn.waitq"> => ["conn.waitq", connNumber(h)];
/** A work item of a connection: `["scoutfs_net_send_worker", 1000000]`. */
export const workOf = <N extends string>(name: N, h: ConnHandle): readonly [N, number] => [
  name,
  connNumber(h),
];

/** `scoutfs_net_alloc_conn`; it cannot run out of memory here. */
export function allocConn(m: NetMount, out: NetOut, args: AllocConn): ConnHandle {
  const h: ConnHandle = allocate(m.net.conns, {
    reqFuncs: args.reqFuncs,
    notifyUp: args.notifyUp,
    notifyDown: args.notifyDown,
    flags: {
      validGreeting: false,
      established: false,
      shuttingDown: false,
      sawGreeting: false,
      sawFarewell: false,
      reconnWait: false,
      reconnFreeing: false,
    },
    reconnDeadlineAt: us(0),
    connectTo: undefined,
    connectTimeout: us(0),
    sock: undefined,
    rid: NO_RID,
    infoListed: false,
    greetingId: 0,
    peer: undefined,
    lastPeer: undefined,
    accepted: [],
    listening: undefined,
    nextSendSeq: 1,
    nextSendId: 1,
    sendQueue: [],
    resendQueue: [],
    recvSeq: 0,
    orderedProc: Array.from({ length: Math.min(out.cpus, ORDERED_LISTS) }, () => []),
  });
  out.createQueue(workq(h), WQ_DFL_ACTIVE);
  emitConn(m, out, "conn_alloc", h);
  return h;
}

/** Queues the shutdown work once for each live socket; clients and listeners clear the flag at
 *  its end, accepted connections never do. */
export function shutdownConn(m: NetMount, out: NetOut, h: ConnHandle): void {
  const { flags } = connOf(m, h);
  if (flags.shuttingDown) return;
  flags.established = false;
  flags.shuttingDown = true;
  emitConn(m, out, "conn_shutdown_queued", h);
  out.queueWork("net.shutdown_workq", workOf("scoutfs_net_shutdown_worker", h));
}

/** Only for whom nobody else can reach the connection any more. */
export function destroyConn(out: NetOut, h: ConnHandle): void {
  out.queueWork("net.destroy_workq", workOf("scoutfs_net_destroy_worker", h));
}
