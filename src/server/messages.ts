// What the server says to its clients, as arguments of submit_send. Mirrors scoutfs_net_response,
// scoutfs_net_response_node and scoutfs_net_submit_request_node of net.c.

import type { Rid } from "../core/index.ts";
import { assert } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { type NetAnswer, netResponse } from "../net/api.ts";
import type {
  Cmd,
  ConnHandle,
  Data,
  Greeting,
  RequestArgs,
  ResponseName,
  SubmitArgs,
} from "../net/types.ts";

/** SCOUTFS_NET_GREETING_FLAG_FAREWELL and _QUORUM. */
const FLAG_FAREWELL = 1;
const FLAG_QUORUM = 2;
export const greetingFlags = ({ farewell, quorum }: Greeting): number =>
  (farewell ? FLAG_FAREWELL : 0) | (quorum ? FLAG_QUORUM : 0);

/** How every request function ends: it returns whatever the sending returns. */
export const respond = (l: Pick<RequestArgs, "conn" | "cmd" | "id">, answer: NetAnswer) =>
  ({ call: "submit_send", args: netResponse(l, answer), then: "responded" }) as const;

/** `server->conn`; undefined when nothing can be sent anyway, for submit_send refuses before it
 *  looks at the connection. */
export function listenerOf(m: Mount): ConnHandle | undefined {
  const { conn } = m.server;
  if (conn === undefined && m.super.forcingUnmount) return undefined;
  assert(conn !== undefined, "the server to have its connection while it sends");
  return conn;
}

interface ToRid {
  readonly rid: Rid;
  readonly cmd: Cmd;
  readonly data: Data;
}

/** By the rid, long after the request. */
export const responseTo = (
  conn: ConnHandle,
  { rid, cmd, data, id }: ToRid & { readonly id: number },
): SubmitArgs => ({ ...netResponse({ conn, cmd, id }, { data }), rid });

export const requestTo = (
  conn: ConnHandle,
  { rid, cmd, data, respFunc }: ToRid & { readonly respFunc: ResponseName },
): SubmitArgs => ({ ...responseTo(conn, { rid, cmd, data, id: 0 }), response: false, respFunc });
