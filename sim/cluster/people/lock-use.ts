// Somebody holds the locks of inodes for a while: what a system call does before and after what it
// reads or writes, for as long as that takes. Nothing is read or written: that is in registers.ts.
// It is inside the mount meanwhile, so that it keeps it busy.

import { type AnyProgram, done, program } from "../../../src/core/index.ts";
import { INODE_GROUP } from "../../../src/lock/keys.ts";
import type { LockHandle } from "../../../src/lock/types.ts";
import { start } from "../../engine/build.ts";
import {
  choiceArg,
  durationArgUs,
  expectArgs,
  numberArg,
  type ScnCommand,
} from "../../report/scn.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";
import type { Cluster, InodeUse, TwoInodesUse } from "../world/types.ts";

const useInode = program<Cluster>()({
  name: "use_inode",
  source: "inode.c and data.c: a read or write of an inode under its lock",
  start: "lock",
  locals: (a: InodeUse) => ({ ...a, lock: undefined as LockHandle | undefined }),
  waits: {},
  steps: {
    lock({ ino, mode }, m, out) {
      if (!m.slot.mounted) {
        out.ignored("use_inode: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      return { call: "scoutfs_lock_ino", args: { ino, mode }, then: "use" };
    },
    use(l, m, out, { value, error }) {
      if (error !== undefined) {
        m.slot.users--;
        out.emit({ kind: "request", rid: m.slot.rid, what: `use_inode ${l.mode}`, error });
        return done({ error });
      }
      l.lock = value as LockHandle;
      return { sleep: l.forUs, then: "unlock" };
    },
    unlock(l, m, out) {
      out.api.unlock(m, out as never, l.lock as LockHandle, l.mode);
      m.slot.users--;
      out.emit({ kind: "request", rid: m.slot.rid, what: `use_inode ${l.mode}`, error: undefined });
      return done();
    },
  },
});

/** Both are locked in the order of their numbers, and let go the other way round. */
const useTwoInodes = program<Cluster>()({
  name: "use_two_inodes",
  source: "dir.c:scoutfs_rename_common: the locks of the two directories",
  start: "lock",
  locals: (a: TwoInodesUse) => ({ ...a, locks: [] as LockHandle[] }),
  waits: {},
  steps: {
    lock({ ino, other }, m, out) {
      if (!m.slot.mounted) {
        out.ignored("use_two_inodes: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      const args = { inos: [ino, other], mode: "write" } as const;
      return { call: "scoutfs_lock_inodes", args, then: "use" };
    },
    use(l, m, out, { value, error }) {
      if (error !== undefined) {
        m.slot.users--;
        out.emit({ kind: "request", rid: m.slot.rid, what: "use_two_inodes", error });
        return done({ error });
      }
      l.locks = (value as readonly LockHandle[]).map((lock) => ({ ...lock }));
      return { sleep: l.forUs, then: "unlock" };
    },
    unlock(l, m, out) {
      for (const lock of l.locks.toReversed()) {
        out.api.unlock(m, out as never, { ...lock }, "write");
      }
      m.slot.users--;
      out.emit({ kind: "request", rid: m.slot.rid, what: "use_two_inodes", error: undefined });
      return done();
    },
  },
});

export const lockUseCommands = [
  useInode,
  useTwoInodes,
] as unknown as readonly AnyProgram<Cluster>[];

const MODES = ["read", "write"] as const;
const BRIEF_US = 1000;

/** `do use-inode mount=m1 ino=7 mode=write for=3ms`; with `groups=50` so many tasks at once, each
 *  in a group of inodes of its own, and so under a lock of its own.
 *  `do use-two-inodes mount=m1 ino=7 other=9`. */
export const lockUseActions = (w: AnyWorld): Record<string, (c: ScnCommand) => string> => ({
  "use-inode": (c) => {
    expectArgs(c, { keys: ["mount", "ino", "mode", "for", "groups"], maxWords: 1 });
    const groups = numberArg(c, "groups", 1);
    for (let n = 0; n < groups; n++) {
      start(w, mountArg(w, c), "use_inode", {
        ino: numberArg(c, "ino", 1) + n * INODE_GROUP,
        mode: choiceArg(c, "mode", MODES, "read"),
        forUs: durationArgUs(c, "for", BRIEF_US),
      });
    }
    return "";
  },
  "use-two-inodes": (c) => {
    start(w, mountArg(w, c), "use_two_inodes", {
      ino: numberArg(c, "ino", 1),
      other: numberArg(c, "other", 1),
      forUs: durationArgUs(c, "for", BRIEF_US),
    });
    return "";
  },
});
