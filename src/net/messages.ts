// The queues of a connection: a message belongs to one of two lists until the send worker or a
// shutdown frees it. Mirrors find_request, queue_dead_free, free_acked_responses and free_msend of
// net.c; each runs within one step, as they run there under the connection's lock.

import type { Out } from "../core/index.ts";
import { connOf, workOf, workq } from "./connections.ts";
import type { Cmd, Connection, ConnHandle, MessageSend, NetMount, NetProtocol } from "./types.ts";

/** The request that a response is for; gone when it was answered before. */
export function findRequest(c: Connection, cmd: Cmd, id: number): MessageSend | undefined {
  const isIt = (msend: MessageSend) => !msend.dead && !msend.response && msend.id === id;
  const found = c.sendQueue.find(isIt) ?? c.resendQueue.find(isIt);
  return found?.cmd === cmd ? found : undefined;
}

function takeOut(list: MessageSend[], msend: MessageSend): void {
  const at = list.indexOf(msend);
  if (at >= 0) list.splice(at, 1);
}

/** `free_msend`. */
export function freeMessage(c: Connection, msend: MessageSend): void {
  takeOut(c.sendQueue, msend);
  takeOut(c.resendQueue, msend);
}

/** Moves a message to the *head* of the send queue, marked, for the send worker to free: that one
 *  may be sending it right now. See the end of the send worker for what the place in front does. */
export function queueDeadFree(
  m: NetMount,
  out: Out<NetProtocol>,
  conn: ConnHandle,
  msend: MessageSend,
): void {
  const c = connOf(m, conn);
  if (msend.dead) {
    out.note("WARN queue_dead_free of a dead message");
    return;
  }
  freeMessage(c, msend);
  msend.dead = true;
  c.sendQueue.unshift(msend);
  out.queueWork(workq(conn), workOf("scoutfs_net_send_worker", conn));
}

/** Frees the responses that the peer says it has received, in the order of their seq. */
export function freeAckedResponses(
  m: NetMount,
  out: Out<NetProtocol>,
  conn: ConnHandle,
  seq: number,
): void {
  const { sendQueue, resendQueue } = connOf(m, conn);
  freeAckedOf(m, out, conn, [...sendQueue, ...resendQueue], seq);
}

/** Those of these messages. */
export function freeAckedOf(
  m: NetMount,
  out: Out<NetProtocol>,
  conn: ConnHandle,
  messages: readonly MessageSend[],
  seq: number,
): void {
  const acked = messages.filter((msend) => !msend.dead && msend.response && msend.seq <= seq);
  if (acked.length > 1) acked.sort((a, b) => a.seq - b.seq);
  for (const msend of acked) queueDeadFree(m, out, conn, msend);
}

/** `list_splice_tail_init(&send_queue, &resend_queue)`. */
export function spliceToResend(c: Connection): void {
  c.resendQueue.push(...c.sendQueue);
  c.sendQueue = [];
}
