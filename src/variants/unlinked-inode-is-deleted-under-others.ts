// There was no open map: whoever let go of an inode without links deleted its items, and other
// mounts that had it open found them gone.

import { done, get } from "../core/index.ts";
import type { getCurrentLockData } from "../inode/delete.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof getCurrentLockData.steps.check>[0];

export const unlinkedInodeIsDeletedUnderOthers: Variant = {
  id: "unlinked-inode-is-deleted-under-others",
  kind: "regression",
  commit: "22371fe5bd",
  area: "inode.c",
  promises: ["OMP1"],
  says: "an unlinked inode is deleted without asking other mounts whether they have it open",
  steps: {
    get_current_lock_data: {
      check(l: Locals, m) {
        const lock = get(m.lock.locks, l.lock);
        lock.inodeDeletionData ??= { seq: lock.writeSeq, bits: [], trying: [] };
        return done();
      },
    },
  },
};
