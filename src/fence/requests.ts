// The list of fence requests and its objects: what fence.c does in one region under its spinlock.
// Each function here must run within one step.

import type { Named, Rid } from "../core/index.ts";
import { assert, get, numberOf, table } from "../core/index.ts";
import type { FenceFile, FenceHandle, FenceMount, FenceState, PendingFence } from "./types.ts";

export const FENCE_FILES: readonly FenceFile[] = [
  "elapsed_secs",
  "fenced",
  "error",
  "ipv4_addr",
  "reason",
  "rid",
];

/** Before its setup, and for good when the mount has no quorum slot. */
export const fenceState = (): FenceState => ({
  setUp: false,
  kset: false,
  fences: table("fence request"),
  list: [],
});

export const fenceOf = (m: FenceMount, h: FenceHandle): PendingFence => get(m.fence.fences, h);
export const timerOf = (h: FenceHandle): Named<"fence_timeout"> => ["fence_timeout", numberOf(h)];
export const drainOf = (h: FenceHandle): Named<"fence.sysfs"> => ["fence.sysfs", numberOf(h)];

/** The first request on the list that is asked for. The C would follow a null pointer in a mount
 *  that was never set up. */
export function findListed(
  m: FenceMount,
  isIt: (fence: PendingFence) => boolean,
): FenceHandle | undefined {
  assert(m.fence.setUp, "fencing to be set up: only a mount with a quorum slot may use it");
  return m.fence.list.find((h) => isIt(fenceOf(m, h)));
}
export const isListed = (m: FenceMount, rid: Rid): boolean =>
  findListed(m, (fence) => fence.rid === rid) !== undefined;
