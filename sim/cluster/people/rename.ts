// What a rename does as far as locks and items go: it takes the lock of all renames, then those of
// both files in the order of their numbers, and writes both in one transaction, so that others see
// both writes or neither. Each of the two is told as a write of its own; see registers.ts.

import { type AnyProgram, done, type Errno, program, us } from "../../../src/core/index.ts";
import type { ItemVersion, Value } from "../../../src/item/types.ts";
import { inoKey } from "../../../src/lock/api.ts";
import type { LockHandle } from "../../../src/lock/types.ts";
import { start } from "../../engine/build.ts";
import { expectArgs, numberArg, type ScnCommand } from "../../report/scn.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";
import type { Cluster, RegisterCalls } from "../world/types.ts";

interface Locals {
  readonly inos: readonly number[];
  readonly value: number;
  renameLock: LockHandle | undefined;
  locks: LockHandle[];
  /** Of each that is written. */
  seqs: number[];
  /** How many have been read. */
  read: number;
  error: Errno | undefined;
  beginAt: number;
}

function lockOf(l: Locals, nth: number): LockHandle {
  const lock = l.locks[nth];
  if (lock === undefined) throw new Error("a file is renamed without its lock");
  return { ...lock };
}
const keyOf = ({ inos }: Locals, nth: number) => inoKey(inos[nth] ?? 0);

const renameFiles = program<Cluster>()({
  name: "rename_files",
  source: "dir.c:scoutfs_rename_common",
  start: "begin",
  locals: ({ ino, other, value }: RegisterCalls["rename_files"]): Locals => ({
    ...{ inos: ino === other ? [ino] : [ino, other], value, renameLock: undefined },
    ...{ locks: [], seqs: [], read: 0, error: undefined, beginAt: 0 },
  }),
  waits: {},
  steps: {
    begin(l, m, out) {
      if (!m.slot.mounted) {
        out.ignored("rename_files: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      l.beginAt = out.now;
      for (const key of l.inos) {
        out.emit({ kind: "op_begin", rid: m.slot.rid, what: "write", key, value: l.value });
      }
      return { call: "scoutfs_lock_rename", args: { mode: "write" }, then: "lockedRename" };
    },
    lockedRename(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "end";
      l.renameLock = { ...(value as LockHandle) };
      const args = { inos: [...l.inos], mode: "write" } as const;
      return { call: "scoutfs_lock_inodes", args, then: "locked" };
    },
    locked(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "unlock";
      l.locks = (value as readonly LockHandle[]).map((lock) => ({ ...lock }));
      return "refresh";
    },
    refresh(l) {
      if (l.read === l.inos.length) {
        return { call: "scoutfs_hold_trans", args: {}, then: "held" };
      }
      const args = { lock: lockOf(l, l.read), key: keyOf(l, l.read) };
      return { call: "scoutfs_item_lookup", args, then: "refreshed" };
    },
    refreshed(l, _m, _out, { error }) {
      l.read++;
      l.error = error === "ENOENT" ? undefined : error;
      return l.error === undefined ? "refresh" : "unlock";
    },
    held(l, _m, _out, { error }) {
      l.error = error;
      return error === undefined ? "write" : "unlock";
    },
    write(l) {
      const nth = l.seqs.length;
      if (nth === l.inos.length) return "release";
      const args = { lock: lockOf(l, nth), key: keyOf(l, nth), value: l.value as Value };
      return { call: "scoutfs_item_create_force", args, then: "written" };
    },
    written(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "release";
      l.seqs.push((value as ItemVersion).seq);
      return "write";
    },
    release(_l, m, out) {
      out.api.releaseTrans(m, out as never);
      return "unlock";
    },
    unlock(l, m, out) {
      for (const lock of l.locks.toReversed()) {
        out.api.unlock(m, out as never, { ...lock }, "write");
      }
      if (l.renameLock !== undefined) {
        out.api.unlock(m, out as never, { ...l.renameLock }, "write");
      }
      return "end";
    },
    /** One that was written before the other failed stays. */
    end(l, m, out) {
      m.slot.users--;
      const times = { beginAt: us(l.beginAt), endAt: out.now };
      for (const [nth, key] of l.inos.entries()) {
        const seq = l.seqs[nth];
        const error = seq === undefined ? l.error : undefined;
        const what = { what: "write", key, value: l.value, seq: seq ?? 0, error } as const;
        out.emit({ kind: "op", rid: m.slot.rid, ...what, ...times });
      }
      return done({ error: l.error });
    },
  },
});

export const renameCommands = [renameFiles] as unknown as readonly AnyProgram<Cluster>[];

/** `do rename-files mount=m1 ino=7 other=2000 value=3`. */
export const renameActions = (w: AnyWorld): Record<string, (c: ScnCommand) => string> => ({
  "rename-files": (c) => {
    expectArgs(c, { keys: ["mount", "ino", "other", "value"], maxWords: 1 });
    start(w, mountArg(w, c), "rename_files", {
      ino: numberArg(c, "ino", 1),
      other: numberArg(c, "other", 2),
      value: numberArg(c, "value", 1),
    });
    return "";
  },
});
