// Somebody uses an inode for a while: what a system call does with its lock before and after what
// it reads or writes. It is inside the mount meanwhile, so that it keeps it busy.

import { type AnyProgram, done, program } from "../../src/core/index.ts";
import type { LockHandle } from "../../src/lock/types.ts";
import { start } from "../engine/build.ts";
import { choiceArg, durationArgUs, numberArg, type ScnCommand } from "../report/scn.ts";
import { type AnyWorld, mountArg } from "./any-world.ts";
import type { Cluster, InodeUse } from "./cluster-types.ts";

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

export const inodeCommands = [useInode] as unknown as readonly AnyProgram<Cluster>[];

const MODES = ["read", "write"] as const;
const BRIEF_US = 1000;

/** `do use-inode mount=m1 ino=7 mode=write for=3ms`. */
export const inodeActions = (w: AnyWorld): Record<string, (c: ScnCommand) => string> => ({
  "use-inode": (c) => {
    start(w, mountArg(w, c), "use_inode", {
      ino: numberArg(c, "ino", 1),
      mode: choiceArg(c, "mode", MODES, "read"),
      forUs: durationArgUs(c, "for", BRIEF_US),
    });
    return "";
  },
});
