// What people do with the contents of files: each is a register that is written and read whole.
// What a call returned goes into the trace with the times of its begin and end, so that a monitor
// can check the history; a write and a sync also say that they begin, for they may have worked
// although their host died before they returned. Who writes gives a value that nobody else writes.

import {
  type AnyProgram,
  done,
  type Errno,
  program,
  type Us,
  us,
} from "../../../src/core/index.ts";
import type { ItemVersion, Value } from "../../../src/item/types.ts";
import { inoKey } from "../../../src/lock/api.ts";
import type { LockHandle } from "../../../src/lock/types.ts";
import { start } from "../../engine/build.ts";
import { numberArg, type ScnCommand } from "../../report/scn.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";
import type { Cluster, ClusterMount, Op, RegisterCalls } from "../world/types.ts";

interface Locals {
  readonly ino: number;
  /** What is written, or what was read; 0: nothing was ever written. */
  value: number;
  seq: number;
  lock: LockHandle | undefined;
  error: Errno | undefined;
  beginAt: Us;
}
const fresh = { seq: 0, lock: undefined, error: undefined, beginAt: us(0) };

function lockOf(l: Locals): LockHandle {
  if (l.lock === undefined) throw new Error("a file is used without its lock");
  return { ...l.lock };
}

function opOf(what: Op["what"], l: Locals, m: ClusterMount, endAt: Us): { kind: "op" } & Op {
  const { ino: key, value, seq, error, beginAt } = l;
  return { kind: "op", rid: m.slot.rid, what, key, value, seq, error, beginAt, endAt };
}

const writeFile = program<Cluster>()({
  name: "write_file",
  source: "data.c and inode.c: a write of one item under the lock of its inode",
  start: "begin",
  locals: ({ ino, value }: RegisterCalls["write_file"]): Locals => ({ ino, value, ...fresh }),
  waits: {},
  steps: {
    begin(l, m, out) {
      if (!m.slot.mounted) {
        out.ignored("write_file: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      l.beginAt = out.now;
      out.emit({ kind: "op_begin", rid: m.slot.rid, what: "write", key: l.ino, value: l.value });
      return { call: "scoutfs_lock_ino", args: { ino: l.ino, mode: "write" }, then: "locked" };
    },
    locked(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "end";
      l.lock = { ...(value as LockHandle) };
      return "refresh";
    },
    refresh: (l) => ({
      call: "scoutfs_item_lookup",
      args: { lock: lockOf(l), key: inoKey(l.ino) },
      then: "refreshed",
    }),
    refreshed(l, _m, _out, { error }) {
      l.error = error === "ENOENT" ? undefined : error;
      if (l.error !== undefined) return "unlock";
      return { call: "scoutfs_hold_trans", args: {}, then: "held" };
    },
    held(l, _m, _out, { error }) {
      l.error = error;
      if (error !== undefined) return "unlock";
      const args = { lock: lockOf(l), key: inoKey(l.ino), value: l.value as Value };
      return { call: "scoutfs_item_create_force", args, then: "written" };
    },
    written(l, m, out, { value, error }) {
      l.error = error;
      if (error === undefined) l.seq = (value as ItemVersion).seq;
      out.api.releaseTrans(m, out as never);
      return "unlock";
    },
    unlock(l, m, out) {
      out.api.unlock(m, out as never, lockOf(l), "write");
      return "end";
    },
    end(l, m, out) {
      m.slot.users--;
      out.emit(opOf("write", l, m, out.now));
      return done({ error: l.error });
    },
  },
});

const readFile = program<Cluster>()({
  name: "read_file",
  source: "data.c and inode.c: a read of one item under the lock of its inode",
  start: "begin",
  locals: ({ ino }: RegisterCalls["read_file"]): Locals => ({ ino, value: 0, ...fresh }),
  waits: {},
  steps: {
    begin(l, m, out) {
      if (!m.slot.mounted) {
        out.ignored("read_file: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      l.beginAt = out.now;
      return { call: "scoutfs_lock_ino", args: { ino: l.ino, mode: "read" }, then: "locked" };
    },
    locked(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "end";
      l.lock = { ...(value as LockHandle) };
      const args = { lock: lockOf(l), key: inoKey(l.ino) };
      return { call: "scoutfs_item_lookup", args, then: "looked" };
    },
    looked(l, m, out, { value, error }) {
      l.error = error === "ENOENT" ? undefined : error;
      if (error === undefined) {
        const version = value as ItemVersion;
        l.value = version.value;
        l.seq = version.seq;
      }
      out.api.unlock(m, out as never, lockOf(l), "read");
      return "end";
    },
    end(l, m, out) {
      m.slot.users--;
      out.emit(opOf("read", l, m, out.now));
      return done({ error: l.error });
    },
  },
});

const sync = program<Cluster>()({
  name: "sync",
  source: "sync(1), super.c:scoutfs_sync_fs",
  start: "begin",
  locals: (_a: object): Locals => ({ ino: 0, value: 0, ...fresh }),
  waits: {},
  steps: {
    begin(l, m, out) {
      if (!m.slot.mounted) {
        out.ignored("sync: it is not mounted");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      l.beginAt = out.now;
      out.emit({ kind: "op_begin", rid: m.slot.rid, what: "sync", key: 0, value: 0 });
      return { call: "sync_filesystem", args: {}, then: "end" };
    },
    end(l, m, out, { error }) {
      m.slot.users--;
      l.error = error;
      out.emit(opOf("sync", l, m, out.now));
      return done({ error });
    },
  },
});

export const registerCommands = [
  writeFile,
  readFile,
  sync,
] as unknown as readonly AnyProgram<Cluster>[];

/** `do write-file mount=m1 ino=7 value=3`, `do read-file mount=m1 ino=7`, `do sync mount=m1`. */
export function registerActions(w: AnyWorld): Record<string, (c: ScnCommand) => string> {
  const act = (name: keyof RegisterCalls, argsOf: (c: ScnCommand) => object) => (c: ScnCommand) => {
    start(w, mountArg(w, c), name, argsOf(c));
    return "";
  };
  const ino = (c: ScnCommand) => numberArg(c, "ino", 1);
  return {
    "write-file": act("write_file", (c) => ({ ino: ino(c), value: numberArg(c, "value", 1) })),
    "read-file": act("read_file", (c) => ({ ino: ino(c) })),
    sync: act("sync", () => ({})),
  };
}
