// A mount reads its root inode, and so waits for a server, which has to grant the lock: what
// scoutfs_iget of inode.c does for scoutfs_fill_super. The item is of mkfs, and no tree here has
// it; its bit in the open map is left out, for nobody deletes the root.

import { assert, done, fail, program } from "../core/index.ts";
import { inoKey } from "../lock/api.ts";
import type { LockHandle } from "../lock/types.ts";
import type { Scoutfs } from "../protocol.ts";

/** SCOUTFS_ROOT_INO. */
const ROOT_INO = 1;

export const getRoot = program<Scoutfs>()({
  name: "get_root",
  source: "inode.c:scoutfs_iget, of the root",
  start: "lock",
  locals: () => ({ lock: undefined as LockHandle | undefined }),
  waits: {},
  steps: {
    lock: (_l) => ({
      call: "scoutfs_lock_ino",
      args: { mode: "read", ino: ROOT_INO, interruptible: true },
      then: "locked",
    }),
    locked(l, _m, _out, { value, error }) {
      if (error !== undefined) return fail(error);
      l.lock = { ...(value as LockHandle) };
      const args = { lock: { ...l.lock }, key: inoKey(ROOT_INO) };
      return { call: "scoutfs_item_lookup", args, then: "read" };
    },
    read(l, m, out, { error }) {
      assert(l.lock !== undefined, "the lock of the root to be held");
      out.api.unlock(m, out, l.lock, "read");
      return error === undefined || error === "ENOENT" ? done() : fail(error);
    },
  },
});
