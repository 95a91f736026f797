// Writing what is dirty: scoutfs_sync_fs of super.c, and sync_filesystem of the kernel, which calls
// it once to begin and once to wait.

import { done, program } from "../core/index.ts";
import type { MountCalls } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";

const syncFs = program<Scoutfs>()({
  name: "scoutfs_sync_fs",
  source: "super.c:scoutfs_sync_fs",
  start: "sync",
  locals: ({ wait }: MountCalls["scoutfs_sync_fs"]) => ({ wait }),
  waits: {},
  steps: {
    sync({ wait }, m, out) {
      out.emit({ kind: "sync_fs", rid: m.super.rid, wait: wait ? 1 : 0 });
      return { call: "scoutfs_trans_sync", args: { wait }, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

const syncFilesystem = program<Scoutfs>()({
  name: "sync_filesystem",
  source: "sync_filesystem of the kernel",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin: (_l) => ({ call: "scoutfs_sync_fs", args: { wait: false }, then: "wait" }),
    wait: (_l) => ({ call: "scoutfs_sync_fs", args: { wait: true }, then: "leave" }),
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const syncPrograms = [syncFs, syncFilesystem] as const;
