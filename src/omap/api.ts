// What neighbours take from omap.c: its state before anything has run, and the bits of inodes that
// they set, test and clear from inside their own atomic regions.

import { table } from "../core/index.ts";
import type { OmapState } from "./types.ts";

export { calcGroupNrs, omapApi } from "./groups.ts";

/** `scoutfs_omap_setup`. */
export const omapState = (): OmapState => ({
  groups: [],
  rids: [],
  reqs: table("open map request"),
  requests: [],
  reqHt: [],
  nextReqId: 0,
});
