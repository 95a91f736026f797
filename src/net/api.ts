// What neighbours take from net.c: its state before anything has run, and what they call from
// inside one of their own atomic regions.

import { ms, table } from "../core/index.ts";
import { netClientGreeting } from "./greeting.ts";
import { TCP_KEEPALIVE_TIMEOUT_MS } from "./timing.ts";
import type { NetApi, NetProtocol, NetState } from "./types.ts";

export const netState = (keepaliveTimeoutMs = TCP_KEEPALIVE_TIMEOUT_MS): NetState => ({
  keepaliveTimeout: ms(keepaliveTimeoutMs),
  conns: table("connection"),
  syncRequests: table("sync request"),
  received: table("received message"),
});

export const netApi: Pick<NetApi<NetProtocol>, "netClientGreeting"> = { netClientGreeting };
