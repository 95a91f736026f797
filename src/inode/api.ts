// What neighbours take from inode.c: its state before anything has run, and what the lock client
// does to cached inodes when a lock is taken back.

import { table } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { invalidateInodes } from "./cache.ts";
import type { InodeApi, InodeState } from "./types.ts";

export const inodeState = (orphanScanDelayMs?: number): InodeState => ({
  orphanScanDelayMs,
  ...{ setUp: false, stopped: false, active: true },
  cache: table("cached inode"),
  iputList: [],
});

export const inodeApi: InodeApi<Scoutfs> = { invalidateInodes };
