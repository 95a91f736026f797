// The programs of lock.c.

import { lockInvalidate, lockInvalidateRequest, lockInvalidateWorker } from "./invalidate.ts";
import {
  lockIno,
  lockInodeIndex,
  lockInodes,
  lockOrphan,
  lockQuota,
  lockRename,
  lockXattrIndx,
  lockXattrTotl,
} from "./lock-inodes.ts";
import { lockKeyRange } from "./lock-key-range.ts";
import { lockRecoverRequest } from "./recover.ts";
import {
  lockDestroy,
  lockFlushInvalidate,
  lockSetup,
  lockShutdown,
  lockUnmountBegin,
} from "./setup.ts";
import { freeUnusedLocks, tryShrinkLock } from "./shrink.ts";

export const lockPrograms = [
  lockKeyRange,
  lockIno,
  lockInodes,
  lockInodeIndex,
  lockRename,
  lockOrphan,
  lockXattrTotl,
  lockXattrIndx,
  lockQuota,
  tryShrinkLock,
  freeUnusedLocks,
  lockInvalidateRequest,
  lockInvalidate,
  lockInvalidateWorker,
  lockRecoverRequest,
  lockSetup,
  lockUnmountBegin,
  lockFlushInvalidate,
  lockShutdown,
  lockDestroy,
] as const;
