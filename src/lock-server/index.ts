// The programs of lock_server.c.

import { lockServerFarewell } from "./farewell.ts";
import { processWaitingRequests } from "./process.ts";
import {
  lockServerFinishedRecovery,
  lockServerGreeting,
  lockServerRecoverResponse,
} from "./recovery.ts";
import { lockServerRequest, lockServerResponse } from "./request.ts";
import { lockServerDestroy, lockServerSetup } from "./setup.ts";

export const lockServerPrograms = [
  lockServerSetup,
  lockServerDestroy,
  lockServerGreeting,
  lockServerRequest,
  lockServerResponse,
  lockServerRecoverResponse,
  lockServerFinishedRecovery,
  lockServerFarewell,
  processWaitingRequests,
] as const;
