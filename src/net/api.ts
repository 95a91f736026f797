// What neighbours take from net.c: its state before anything has run, and what they call from
// inside one of their own atomic regions.

import { type Errno, ms, table } from "../core/index.ts";
import { NO_RID } from "./connections.ts";
import { netClientGreeting } from "./greeting.ts";
import { TCP_KEEPALIVE_TIMEOUT_MS } from "./timing.ts";
import type { Data, NetApi, NetProtocol, NetState, RequestArgs, SubmitArgs } from "./types.ts";

export const netState = (keepaliveTimeoutMs = TCP_KEEPALIVE_TIMEOUT_MS): NetState => ({
  keepaliveTimeout: ms(keepaliveTimeoutMs),
  conns: table("connection"),
  syncRequests: table("sync request"),
  received: table("received message"),
});

export const netApi: Pick<NetApi<NetProtocol>, "netClientGreeting"> = { netClientGreeting };

export interface NetAnswer {
  readonly error?: Errno | undefined;
  readonly data?: Data;
}

/** `scoutfs_net_response`, as arguments of submit_send: to the connection that the request came by;
 *  an error takes the place of the data. */
export const netResponse = (
  { conn, cmd, id }: Pick<RequestArgs, "conn" | "cmd" | "id">,
  { error, data }: NetAnswer,
): SubmitArgs => ({
  conn,
  rid: NO_RID,
  cmd,
  response: true,
  id,
  error,
  data: error === undefined ? data : undefined,
  respFunc: undefined,
  respData: undefined,
});
