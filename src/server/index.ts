// The programs of server.c.

import { cancelLogMerge, cancelSrchCompact } from "./cancel.ts";
import { serverNotifyDown } from "./clients.ts";
import { serverCommitFunc } from "./commit.ts";
import { farewellWorker, queueFarewellWork, serverFarewell } from "./farewell.ts";
import { fencePendingRecovWorker, lookupMountedClientAddr } from "./fence-pending.ts";
import { serverApplyCommit, serverHoldCommit } from "./hold.ts";
import { reclaimOpenLogTree } from "./log-trees.ts";
import { deleteMountedClient } from "./mounted-clients.ts";
import { reclaimRid } from "./reclaim.ts";
import { queueReclaimWork, reclaimWorker } from "./reclaim-worker.ts";
import { finishedRecovery, serverRecovFinish, startRecovery } from "./recovery.ts";
import { serverDestroy, serverSetup, serverStopWait } from "./setup.ts";
import * as standIns from "./stand-ins.ts";
import { serverDown, stopServer } from "./status.ts";
import { serverWorker } from "./worker.ts";

export const serverPrograms = [
  cancelLogMerge,
  cancelSrchCompact,
  serverNotifyDown,
  serverCommitFunc,
  farewellWorker,
  queueFarewellWork,
  serverFarewell,
  fencePendingRecovWorker,
  lookupMountedClientAddr,
  serverApplyCommit,
  serverHoldCommit,
  reclaimOpenLogTree,
  deleteMountedClient,
  reclaimRid,
  queueReclaimWork,
  reclaimWorker,
  finishedRecovery,
  serverRecovFinish,
  startRecovery,
  serverDestroy,
  serverSetup,
  serverStopWait,
  serverDown,
  stopServer,
  serverWorker,
  standIns.forestGetMaxSeq,
  standIns.lockServerSetup,
  standIns.lockServerDestroy,
  standIns.omapServerShutdown,
] as const;
