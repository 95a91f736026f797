// A mount asks for the open map of a group once in a hold of its write lock, and believes it as
// long as it has that lock. A bit that has been cleared since keeps its inode from being deleted,
// and a mount whose lock nobody else wants keeps it for good: the last mount, above all. Bits of
// unlinked inodes can only go. Here whoever finds the bit of its inode set in a map that was asked
// for by an earlier try asks once more.

import { get } from "../core/index.ts";
import { tryDeleteInodeItems } from "../inode/delete.ts";
import type { DeletionData } from "../inode/types.ts";
import type { Lock } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import { calcGroupNrs } from "../omap/api.ts";
import type { Variant } from "./types.ts";

const { steps } = tryDeleteInodeItems;
type Locals = Parameters<typeof steps.testMaps>[0] & { isOld?: boolean };

interface Held {
  readonly lock: Lock;
  readonly data: DeletionData;
}
function heldOf({ lock: h }: Locals, m: Mount): Held | undefined {
  const lock = h && get(m.lock.locks, h);
  const data = lock?.inodeDeletionData;
  return lock && data && { lock, data };
}

export const openMapThatSaysNoIsAskedAgain: Variant = {
  id: "open-map-that-says-no-is-asked-again",
  kind: "repair",
  commit: undefined,
  area: "inode.c",
  promises: ["OMP2"],
  says: "an inode that an old map has open somewhere is asked for anew before it is left alone",
  steps: {
    try_delete_inode_items: {
      locked(l: Locals, m, out, ret) {
        const next = steps.locked(l, m, out, ret);
        const held = heldOf(l, m);
        if (held !== undefined && held.data.seq === held.lock.writeSeq) l.isOld = true;
        return next;
      },
      testMaps(l: Locals, m, out, ret) {
        if (ret.error !== undefined) {
          l.error = ret.error;
          return "leave";
        }
        const held = heldOf(l, m);
        const { groupNr, bitNr } = calcGroupNrs(l.ino);
        if (!l.isOld || l.lock === undefined || !held?.data.bits.includes(bitNr)) {
          return steps.testMaps(l, m, out, ret);
        }
        l.isOld = false;
        if (held.data.seq === held.lock.writeSeq) held.data.seq = held.lock.writeSeq - 1;
        const args = { lock: { ...l.lock }, groupNr };
        return { call: "get_current_lock_data", args, then: "testMaps" };
      },
    },
  },
};
