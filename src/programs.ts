// Every program of the plain model. A world binds this list; a variant replaces some of them in a
// copy of it.

import { clientPrograms } from "./client/index.ts";
import type { AnyProgram } from "./core/index.ts";
import { fencePrograms } from "./fence/index.ts";
import { lockKeyRange } from "./lock/lock-key-range.ts";
import { tryShrinkLock } from "./lock/shrink.ts";
import { lockServerFarewell, lockServerFinishedRecovery } from "./lock-server/farewell.ts";
import { forcedUnmount } from "./mount/forced-unmount.ts";
import { fillSuper } from "./mount/mount.ts";
import { mountParts } from "./mount/parts.ts";
import { killSb, putSuper } from "./mount/unmount.ts";
import { netPrograms } from "./net/index.ts";
import { omapFinishedRecovery, omapRemoveRid } from "./omap/remove-rid.ts";
import type { Scoutfs } from "./protocol.ts";
import { quorumPrograms } from "./quorum/programs.ts";
import {
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
} from "./recov/timer.ts";
import { serverPrograms } from "./server/index.ts";

/** (fence/ and quorum/ are written against their own part of the mount: wider than the checker
 *  follows.) */
export const programs = [
  ...fencePrograms,
  ...quorumPrograms,
  ...clientPrograms,
  ...netPrograms,
  ...serverPrograms,
  fillSuper,
  putSuper,
  killSb,
  forcedUnmount,
  ...mountParts,
  lockKeyRange,
  tryShrinkLock,
  lockServerFarewell,
  lockServerFinishedRecovery,
  omapFinishedRecovery,
  omapRemoveRid,
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
] as unknown as readonly AnyProgram<Scoutfs>[];
