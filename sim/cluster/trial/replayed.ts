// What is asked for where RPL1 loses a server, one thing after the other: everything that commits
// on a server, and what a server tells others about without a commit, locks and open maps.

import type { SuperBlock } from "../../../src/server/super.ts";
import { start } from "../../engine/build.ts";
import { peekBlock } from "../../engine/device.ts";
import * as hosts from "../../engine/hosts.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";

/** Asks for things, comes and leaves. */
export const CLIENT = 3;
/** Is there from the start, and dies. */
export const OTHER = 4;
const ZONE_BLOCKS = 2 ** 21;
const META_BLOCKS = 2 ** 19;
const DATA_BLOCKS = 2 ** 28;
const INODES = 1000;
/** So many that the tree of them is high enough to be finalized, and all trees are merged. */
const MANY_FILES = 80;
const FIRST_FILE = 5000;
/** Under another lock than the many. */
export const FILE = 7;
/** Comes and goes: its items are on the device at once. */
const INODE = 1030;

/** One thing that is asked for. */
export interface Request {
  readonly name: string;
  ask(w: ClusterWorld): void;
  /** Whoever asked has been answered. */
  isDone(w: ClusterWorld): boolean;
  /** Programs whose steps are points too: they answer without a commit. */
  readonly also?: readonly string[];
}

export const slotOf = (w: ClusterWorld, n: number) => w.peekMount(n).state.slot;

export function superOf(w: ClusterWorld): SuperBlock {
  const block = peekBlock(w.device(), "server.super") as { super: SuperBlock } | undefined;
  if (block === undefined) throw new Error("no server has written a super block yet");
  return block.super;
}

const ends = (w: ClusterWorld, n: number, call: string): boolean =>
  w.peekMount(n).tasks.every((t) => t === undefined || t.frames[0]?.program !== call);

interface Call<N extends keyof Cluster["Calls"]> {
  readonly call: N;
  readonly args: Cluster["Calls"][N];
  readonly n?: number;
  readonly also?: readonly string[];
}

/** Answered when no task of the mount has the call's program any more. */
const asking = <N extends keyof Cluster["Calls"]>(
  name: string,
  { call, args, n = CLIENT, also = [] }: Call<N>,
): Request => ({
  name,
  ask: (w) => {
    start(w, n, call as never, args as never);
  },
  isDone: (w) => ends(w, n, call as string),
  also,
});

const writesMany: Request = {
  name: "write-many",
  ask(w) {
    for (let i = 0; i < MANY_FILES; i++) {
      start(w, CLIENT, "write_file", { ino: FIRST_FILE + i, value: 1 + i });
    }
  },
  isDone: (w) => ends(w, CLIENT, "write_file"),
};

const LOCKS = ["server_lock", "scoutfs_lock_server_request", "process_waiting_requests"];
const MAPS = [
  ...["server_open_ino_map", "scoutfs_omap_server_handle_request", "omap_handle_request"],
  ...["open_ino_map_response", "scoutfs_omap_server_handle_response"],
];
const ANSWERS = ["lock_response", "scoutfs_lock_server_response"];

export const requests: readonly Request[] = [
  asking("srch-compact", { n: OTHER, call: "scoutfs_srch_compact_worker", args: { of: 0 } }),
  {
    name: "mount",
    ask: (w) => {
      start(w, CLIENT, "mount");
    },
    isDone: (w) => slotOf(w, CLIENT).mounted,
  },
  asking("alloc-inodes", { call: "alloc_inodes", args: { count: INODES } }),
  asking("set-volopt", { call: "set_volopt", args: { blocks: ZONE_BLOCKS } }),
  asking("clear-volopt", { call: "clear_volopt", args: {} }),
  asking("resize-devices", {
    call: "resize_devices",
    args: { metaBlocks: META_BLOCKS, dataBlocks: DATA_BLOCKS },
  }),
  asking("write-file", { call: "write_file", args: { ino: FILE, value: 1 }, also: LOCKS }),
  asking("read-elsewhere", {
    ...{ n: OTHER, call: "read_file", args: { ino: FILE } },
    also: [...LOCKS, ...ANSWERS],
  }),
  asking("sync", { call: "sync", args: {} }),
  writesMany,
  asking("sync-many", { call: "sync", args: {} }),
  asking("create", { call: "visit_inode", args: { ino: INODE, create: true, forUs: 0 as never } }),
  asking("unlink", { call: "unlink_inode", args: { ino: INODE }, also: MAPS }),
  {
    name: "umount",
    ask: (w) => {
      start(w, CLIENT, "umount", { force: false });
    },
    isDone: (w) => slotOf(w, CLIENT).umount === "done",
  },
  {
    name: "fence",
    ask: (w) => {
      hosts.powerOff(w, w.peekMount(OTHER).host);
      hosts.settleWrites(w, w.peekMount(OTHER).host);
    },
    isDone: (w) => !superOf(w).mountedClients.some(({ rid }) => rid === slotOf(w, OTHER).rid),
  },
];

// ---- what there is afterwards --------------------------------------------------------------

/** What a mount that is there reads of the files, in a clone; undefined: it gets no answer. */
export function readAll(w: ClusterWorld, withinUs: number): readonly (number | undefined)[] {
  const clone = w.clone() as ClusterWorld;
  const reader = [OTHER, CLIENT, 0, 1, 2].find((n) => {
    const { alive, state } = clone.peekMount(n);
    return alive && state.slot.mounted;
  });
  const inos = [FILE, FIRST_FILE, FIRST_FILE + MANY_FILES - 1];
  const values = new Map<number, number>();
  clone.trace.sink = {
    add({ kind, data }) {
      const op = data as { what: string; key: number; value: number; error: unknown };
      if (kind === "op" && op.what === "read" && op.error === undefined) {
        values.set(op.key, op.value);
      }
    },
  };
  if (reader !== undefined) for (const ino of inos) start(clone, reader, "read_file", { ino });
  clone.runUntil(() => values.size === inos.length, clone.now + withinUs);
  return inos.map((ino) => values.get(ino));
}

/** The items of the inode that comes and goes. */
export const inodesOf = (w: ClusterWorld): unknown =>
  (peekBlock(w.device(), "inode.group.1") as { items?: unknown } | undefined)?.items ?? [];
