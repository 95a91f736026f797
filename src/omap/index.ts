// The programs of omap.c.

import { omapFinishedRecovery, omapRemoveRid } from "./remove-rid.ts";
import { omapAddRid, omapServerShutdown } from "./rids.ts";

export const omapPrograms = [
  omapAddRid,
  omapRemoveRid,
  omapFinishedRecovery,
  omapServerShutdown,
] as const;
