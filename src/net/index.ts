// The programs of net.c.

import { netConnect, netConnectWorker } from "./connect.ts";
import { netDestroyWorker, netFreeConn, netShutdown } from "./destroy.ts";
import { netServerGreeting } from "./greeting.ts";
import { netAllocConn, netBind, netListen, netListenWorker } from "./listen.ts";
import { netOrderedProcWorker, netProcWorker } from "./process.ts";
import { netRecvWorker } from "./receive.ts";
import { netReconnFreeWorker } from "./reconn-free.ts";
import { netSendWorker, submitSend } from "./send.ts";
import { netDestroy, netSetup } from "./setup.ts";
import { netShutdownWorker } from "./shutdown.ts";
import { netSyncRequest, syncResponse } from "./sync-request.ts";

export const netPrograms = [
  netAllocConn,
  netBind,
  netListen,
  netListenWorker,
  netConnect,
  netConnectWorker,
  netRecvWorker,
  netProcWorker,
  netOrderedProcWorker,
  netServerGreeting,
  netSetup,
  netDestroy,
  netDestroyWorker,
  netFreeConn,
  netShutdown,
  netReconnFreeWorker,
  netSendWorker,
  submitSend,
  netShutdownWorker,
  netSyncRequest,
  syncResponse,
] as const;
