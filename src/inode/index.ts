// The programs of inode.c, and what of dir.c and the kernel goes with them.

import { deleteInodeItems, getCurrentLockData, tryDeleteInodeItems } from "./delete.ts";
import { scoutfsCreate, scoutfsUnlink } from "./dir.ts";
import { evictInodes, iput, iputWorker, scoutfsEvictInode } from "./evict.ts";
import { scoutfsIget } from "./iget.ts";
import { inodeOrphanScanWorker, scheduleOrphanDwork } from "./orphan-scan.ts";
import { inodeDestroy, inodeFlushIput, inodeOrphanStop, inodeSetup, inodeStart } from "./setup.ts";
import { inodeStandIns } from "./stand-ins.ts";

export const inodePrograms = [
  scoutfsIget,
  iput,
  scoutfsEvictInode,
  iputWorker,
  evictInodes,
  getCurrentLockData,
  tryDeleteInodeItems,
  deleteInodeItems,
  inodeOrphanScanWorker,
  scheduleOrphanDwork,
  scoutfsCreate,
  scoutfsUnlink,
  inodeSetup,
  inodeStart,
  inodeOrphanStop,
  inodeFlushIput,
  inodeDestroy,
  ...inodeStandIns,
] as const;
