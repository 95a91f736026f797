// Every program of the plain model. A world binds this list; a variant replaces some of them in a
// copy of it.

import { clientPrograms } from "./client/index.ts";
import type { AnyProgram } from "./core/index.ts";
import { fencePrograms } from "./fence/index.ts";
import { inodePrograms } from "./inode/index.ts";
import { itemPrograms } from "./item/index.ts";
import { lockPrograms } from "./lock/index.ts";
import { lockServerPrograms } from "./lock-server/index.ts";
import { forcedUnmount } from "./mount/forced-unmount.ts";
import { fillSuper } from "./mount/mount.ts";
import { mountParts } from "./mount/parts.ts";
import { getRoot } from "./mount/root.ts";
import { syncPrograms } from "./mount/sync.ts";
import { killSb, putSuper } from "./mount/unmount.ts";
import { voloptPrograms } from "./mount/volopt.ts";
import { netPrograms } from "./net/index.ts";
import { omapPrograms } from "./omap/index.ts";
import type { Scoutfs } from "./protocol.ts";
import { quorumPrograms } from "./quorum/programs.ts";
import { recovPrograms } from "./recov/index.ts";
import { serverPrograms } from "./server/index.ts";
import { srchPrograms } from "./srch/index.ts";
import { transPrograms } from "./trans/index.ts";

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
  ...voloptPrograms,
  ...syncPrograms,
  getRoot,
  ...transPrograms,
  ...itemPrograms,
  ...srchPrograms,
  ...lockPrograms,
  ...lockServerPrograms,
  ...omapPrograms,
  ...inodePrograms,
  ...recovPrograms,
] as unknown as readonly AnyProgram<Scoutfs>[];
