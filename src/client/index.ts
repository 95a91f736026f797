// The programs of client.c.

import { clientConnectWorker } from "./connect.ts";
import {
  clientDestroy,
  clientFarewellResponse,
  clientNetShutdown,
  clientSetup,
} from "./destroy.ts";
import { clientGreeting } from "./greeting.ts";
import * as lockMessages from "./lock-messages.ts";
import { lookupMountedClientItem } from "./mounted-client-item.ts";
import { omapMessages } from "./omap-messages.ts";
import { clientNotifyDown } from "./queue-connect.ts";
import * as requests from "./requests.ts";
import { syncLogTrees } from "./sync-log-trees.ts";

export const clientPrograms = [
  clientConnectWorker,
  lookupMountedClientItem,
  clientGreeting,
  clientNotifyDown,
  clientSetup,
  clientDestroy,
  clientFarewellResponse,
  clientNetShutdown,
  requests.clientAllocInodes,
  requests.clientGetLogTrees,
  requests.clientCommitLogTrees,
  requests.clientSrchGetCompact,
  requests.clientSrchCommitCompact,
  requests.clientGetRoots,
  requests.clientGetLastSeq,
  requests.clientGetVolopt,
  requests.clientSetVolopt,
  requests.clientClearVolopt,
  requests.clientResizeDevices,
  requests.clientStatfs,
  ...omapMessages,
  syncLogTrees,
  lockMessages.clientLock,
  lockMessages.clientLockRecover,
  lockMessages.clientLockRequest,
  lockMessages.clientLockResponse,
  lockMessages.clientSendLockResponse,
  lockMessages.clientSendLockRecoverResponse,
] as const;
