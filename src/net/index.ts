// The programs of net.c.

import { netDestroyWorker, netFreeConn, netShutdown } from "./destroy.ts";
import { netAllocConn, netBind, netListen } from "./listen.ts";
import { netReconnFreeWorker } from "./reconn-free.ts";
import { netSendWorker, submitSend } from "./send.ts";
import { netDestroy, netSetup } from "./setup.ts";
import { netShutdownWorker } from "./shutdown.ts";
import { netSyncRequest, syncResponse } from "./sync-request.ts";

export const netPrograms = [
  netAllocConn,
  netBind,
  netListen,
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
