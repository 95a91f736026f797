// What people do on a mount that needs its server: df, creating a file, ioctls, the volume options.
// Each asks once, waits for its answer however long that takes, and says in the trace what came of
// it. Who uses a file of the mount keeps it busy meanwhile; the volume options are files of sysfs
// and do not.

import { type AnyProgram, done, program } from "../../../src/core/index.ts";
import { start } from "../../engine/build.ts";
import { numberArg, type ScnCommand } from "../../report/scn.ts";
import type { RequestName } from "../plan/types.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";
import type { Cluster, RequestCalls } from "../world/types.ts";

type Calls = Cluster["Calls"];
type AskName =
  | "scoutfs_client_statfs"
  | "scoutfs_client_alloc_inodes"
  | "scoutfs_client_get_last_seq"
  | "scoutfs_client_resize_devices"
  | "volopt_attr_show"
  | "volopt_attr_store";
type Ask = { [N in AskName]: { readonly call: N; readonly args: Calls[N] } }[AskName];

interface Shape<N extends keyof RequestCalls> {
  readonly name: N;
  readonly source: string;
  /** How many users of the mount it counts for. */
  readonly inside: 0 | 1;
  readonly ask: (args: RequestCalls[N]) => Ask;
}

const request = <N extends keyof RequestCalls>({ name, source, inside, ask }: Shape<N>) =>
  program<Cluster>()({
    name,
    source,
    start: "begin",
    locals: (args: Calls[N]) => ({ args }),
    waits: {},
    steps: {
      begin(l, m, out) {
        if (!m.slot.mounted) {
          out.ignored(`${name}: it is not mounted`);
          return done({ error: "ENOENT" });
        }
        m.slot.users += inside;
        return { ...ask(l.args), then: "answered" };
      },
      answered(_l, m, out, { error }) {
        m.slot.users -= inside;
        out.emit({ kind: "request", rid: m.slot.rid, what: name, error });
        return done({ error });
      },
    },
  });

export const requestCommands = [
  request({
    name: "statfs",
    source: "super.c:scoutfs_statfs",
    inside: 1,
    ask: () => ({ call: "scoutfs_client_statfs", args: {} }),
  }),
  request({
    name: "alloc_inodes",
    source: "inode.c:alloc_ino",
    inside: 1,
    ask: ({ count }) => ({ call: "scoutfs_client_alloc_inodes", args: { count } }),
  }),
  request({
    name: "last_seq",
    source: "ioctl.c:scoutfs_ioc_walk_inodes",
    inside: 1,
    ask: () => ({ call: "scoutfs_client_get_last_seq", args: {} }),
  }),
  request({
    name: "resize_devices",
    source: "ioctl.c:scoutfs_ioc_resize_devices",
    inside: 1,
    ask: ({ metaBlocks, dataBlocks }) => ({
      call: "scoutfs_client_resize_devices",
      args: { metaBlocks, dataBlocks },
    }),
  }),
  request({
    name: "get_volopt",
    source: "volopt.c:volopt_attr_show",
    inside: 0,
    ask: () => ({ call: "volopt_attr_show", args: {} }),
  }),
  request({
    name: "set_volopt",
    source: "volopt.c:volopt_attr_store",
    inside: 0,
    ask: ({ blocks }) => ({ call: "volopt_attr_store", args: { dataAllocZoneBlocks: blocks } }),
  }),
  request({
    name: "clear_volopt",
    source: "volopt.c:volopt_attr_store",
    inside: 0,
    ask: () => ({ call: "volopt_attr_store", args: { dataAllocZoneBlocks: undefined } }),
  }),
] as unknown as readonly AnyProgram<Cluster>[];

/** SCOUTFS_LOCK_INODE_GROUP_NR * 10, what a mount asks for when it has no inode left. */
const INODES = 10_240;
/** 8 GiB: zones hold more than a mount is filled up to. */
const ZONE_BLOCKS = 2 ** 21;
/** All of the devices. */
const META_BLOCKS = 2 ** 19;
const DATA_BLOCKS = 2 ** 28;

/** What a request of a plan takes: its size is inodes of one, blocks of another. */
const argsOf: { readonly [N in RequestName]: (size: number) => RequestCalls[N] } = {
  statfs: () => ({}),
  alloc_inodes: (count) => ({ count }),
  last_seq: () => ({}),
  resize_devices: (size) => ({ metaBlocks: Math.min(size, META_BLOCKS), dataBlocks: size }),
  get_volopt: () => ({}),
  set_volopt: (blocks) => ({ blocks }),
  clear_volopt: () => ({}),
};

export const requestNames = Object.keys(argsOf) as RequestName[];
export const requestArgs = (what: RequestName, size: number): object => argsOf[what](size);

/** `do statfs mount=m1`, `do alloc-inodes count=10`, `do set-volopt blocks=4096` and so on. */
export function requestActions(w: AnyWorld): Record<string, (c: ScnCommand) => string> {
  const ask = (name: keyof RequestCalls, take: (c: ScnCommand) => object) => (c: ScnCommand) => {
    start(w, mountArg(w, c), name, take(c));
    return "";
  };
  const nothing = () => ({});
  return {
    statfs: ask("statfs", nothing),
    "alloc-inodes": ask("alloc_inodes", (c) => ({ count: numberArg(c, "count", INODES) })),
    "last-seq": ask("last_seq", nothing),
    "resize-devices": ask("resize_devices", (c) => ({
      metaBlocks: numberArg(c, "meta", META_BLOCKS),
      dataBlocks: numberArg(c, "data", DATA_BLOCKS),
    })),
    "get-volopt": ask("get_volopt", nothing),
    "set-volopt": ask("set_volopt", (c) => ({ blocks: numberArg(c, "blocks", ZONE_BLOCKS) })),
    "clear-volopt": ask("clear_volopt", nothing),
  };
}
