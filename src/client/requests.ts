// What the rest of the mount asks the server for, each a request that its caller waits for. Mirrors
// the functions of client.c that are one scoutfs_net_sync_request. The wait is `answered` of that
// program and ends with a response, from whichever server that is by then, or with the drain of a
// forced unmount (ECONNABORTED). Nothing else ends it: no timeout, no signal, no lost connection.
// Log merge and open-inode maps are not there yet.

import { done, fail, program, type Ret } from "../core/index.ts";
import type { Cmd, Data } from "../net/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { connOf } from "./conn.ts";
import type { ClientCalls } from "./types.ts";

type Asks = "alloc" | "get" | "set" | "clear" | "resize" | "commit" | "srch";
type RequestName = Extract<
  keyof ClientCalls,
  `scoutfs_client_${Asks}_${string}` | "scoutfs_client_statfs"
>;

interface Shape<N extends RequestName> {
  readonly name: N;
  readonly cmd: Cmd;
  readonly dataOf: (args: Calls[N]) => Data;
  /** What the wrapper makes of an answer. */
  readonly check?: (answer: Ret) => Ret;
}

const request = <N extends RequestName>({ name, cmd, dataOf, check }: Shape<N>) =>
  program<Scoutfs>()({
    name,
    source: `client.c:${name}`,
    start: "send",
    locals: (args: Calls[N]) => ({ data: dataOf(args) }),
    waits: {},
    steps: {
      send(l, m) {
        const args = { conn: connOf(m), cmd, data: l.data };
        return { call: "scoutfs_net_sync_request", args, then: "answered" };
      },
      answered: (_l, _m, _out, ret) => done(check === undefined ? ret : check(ret)),
    },
  });

const nothing = (): Data => undefined;

/** The server may give fewer than were asked for, and gives none when it has run out. */
function checkInodes(answer: Ret): Ret {
  if (answer.error !== undefined) return answer;
  const { ino, nr } = answer.value as { readonly ino: number; readonly nr: number };
  if (nr === 0) return fail("ENOSPC").done;
  return Number.isSafeInteger(ino + (nr - 1)) ? answer : fail("EINVAL").done;
}

export const clientAllocInodes = request({
  name: "scoutfs_client_alloc_inodes",
  cmd: "ALLOC_INODES",
  dataOf: ({ count }) => ({ count }),
  check: checkInodes,
});
export const clientGetLogTrees = request({
  name: "scoutfs_client_get_log_trees",
  cmd: "GET_LOG_TREES",
  dataOf: nothing,
});
export const clientCommitLogTrees = request({
  name: "scoutfs_client_commit_log_trees",
  cmd: "COMMIT_LOG_TREES",
  dataOf: ({ lt }) => ({ ...lt, itemRoot: lt.itemRoot && { ...lt.itemRoot } }),
});
export const clientSrchGetCompact = request({
  name: "scoutfs_client_srch_get_compact",
  cmd: "SRCH_GET_COMPACT",
  dataOf: nothing,
});
export const clientSrchCommitCompact = request({
  name: "scoutfs_client_srch_commit_compact",
  cmd: "SRCH_COMMIT_COMPACT",
  dataOf: ({ res }) => ({ ...res }),
});
export const clientGetRoots = request({
  name: "scoutfs_client_get_roots",
  cmd: "GET_ROOTS",
  dataOf: nothing,
});
export const clientGetLastSeq = request({
  name: "scoutfs_client_get_last_seq",
  cmd: "GET_LAST_SEQ",
  dataOf: nothing,
});
export const clientGetVolopt = request({
  name: "scoutfs_client_get_volopt",
  cmd: "GET_VOLOPT",
  dataOf: nothing,
});
export const clientSetVolopt = request({
  name: "scoutfs_client_set_volopt",
  cmd: "SET_VOLOPT",
  dataOf: ({ dataAllocZoneBlocks }) => ({ dataAllocZoneBlocks }),
});
export const clientClearVolopt = request({
  name: "scoutfs_client_clear_volopt",
  cmd: "CLEAR_VOLOPT",
  dataOf: ({ dataAllocZoneBlocks }) => ({ dataAllocZoneBlocks }),
});
export const clientResizeDevices = request({
  name: "scoutfs_client_resize_devices",
  cmd: "RESIZE_DEVICES",
  dataOf: ({ metaBlocks, dataBlocks }) => ({ metaBlocks, dataBlocks }),
});
export const clientStatfs = request({
  name: "scoutfs_client_statfs",
  cmd: "STATFS",
  dataOf: nothing,
});
