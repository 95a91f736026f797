// The programs of omap.c.

import { omapClientHandleRequest, omapServerHandleResponse } from "./answers.ts";
import {
  omapFinishedRecovery,
  omapHandleRequest,
  omapHandleRequests,
  omapServerHandleRequest,
} from "./handle-requests.ts";
import { omapRemoveRid } from "./remove-rid.ts";
import { omapAddRid, omapDestroy, omapServerShutdown } from "./rids.ts";

export const omapPrograms = [
  omapAddRid,
  omapRemoveRid,
  omapServerHandleRequest,
  omapHandleRequests,
  omapHandleRequest,
  omapServerHandleResponse,
  omapClientHandleRequest,
  omapFinishedRecovery,
  omapServerShutdown,
  omapDestroy,
] as const;
