// Requests that change nothing. Mirrors server_get_roots, server_statfs and server_get_last_seq of
// server.c with get_stable_trans_seq. The first two read what the last commit has written, so that
// nobody learns of what could still be lost; the last reads the dirty items of log trees, for it
// must not promise more than what open transactions leave. Not modelled: free blocks, inode counts,
// and reads that are stale.

import type { Rid } from "../core/index.ts";
import { done, get, program } from "../core/index.ts";
import type { NetRoots } from "../item/types.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { ABOVE_ALL, lastTreeBelow } from "./log-trees.ts";
import { respond } from "./messages.ts";
import { lookupMountedClient } from "./mounted-clients.ts";
import { copyLogTrees, type LogTrees } from "./super.ts";

/** `get_stable`: with the refs that a reader would find in the tree of log trees. */
function stableRoots({ server }: Mount): NetRoots {
  const { hdrSeq, fsRoot, logTrees } = server.stableSuper;
  const logRoots = logTrees.flatMap(({ itemRoot }) => (itemRoot ? [{ ...itemRoot }] : []));
  return { hdrSeq, fsRoot: fsRoot && { ...fsRoot }, logRoots };
}

export const serverGetRoots = program<Scoutfs>()({
  name: "server_get_roots",
  source: "server.c:server_get_roots",
  reads: "stable",
  start: "read",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    read: (l, m) => respond(l, { data: stableRoots(m) }),
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const serverStatfs = program<Scoutfs>()({
  name: "server_statfs",
  source: "server.c:server_statfs",
  reads: "stable",
  start: "read",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    read(l, m) {
      const { stableSuper, btreeError } = m.server;
      const { totalMetaBlocks, totalDataBlocks } = stableSuper;
      const data = { metaBlocks: totalMetaBlocks, dataBlocks: totalDataBlocks };
      return respond(l, { error: btreeError, data });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

interface Locals extends RequestArgs {
  lastSeq: number;
  /** The walk goes down: the next log tree is of a rid below this. */
  below: number;
  lt: LogTrees | undefined;
}

export const serverGetLastSeq = program<Scoutfs>()({
  name: "server_get_last_seq",
  source: "server.c:server_get_last_seq",
  reads: "dirty",
  start: "sample",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    lastSeq: 0,
    below: ABOVE_ALL,
    lt: undefined,
  }),
  waits: {},
  steps: {
    /** Before the mutex: what opens meanwhile has a greater seq. */
    sample(l, m) {
      l.lastSeq = m.server.seq - 1;
      return { lock: "server.logs_mutex", then: "next" };
    },
    next(l, m, out) {
      const { btreeError } = m.server;
      const found = btreeError === undefined ? lastTreeBelow(m, l.below) : undefined;
      l.lt = found && copyLogTrees(found);
      if (l.lt === undefined) {
        const { rid } = get(m.net.conns, l.conn);
        out.emit({ kind: "trans_seq_last", rid, trans_seq: l.lastSeq });
        out.unlock("server.logs_mutex");
        return respond(l, { error: btreeError, data: { seq: l.lastSeq } });
      }
      const { rid, getTransSeq, commitTransSeq } = l.lt;
      l.below = rid;
      const isOpen = getTransSeq > commitTransSeq && getTransSeq <= l.lastSeq;
      return isOpen ? { lock: "server.mounted_clients_mutex", then: "isMounted" } : "next";
    },
    /** Any error here counts as not mounted. */
    isMounted(l, m, out) {
      const rid = l.lt?.rid ?? (0 as Rid);
      const isMounted = "item" in lookupMountedClient(m, rid);
      out.unlock("server.mounted_clients_mutex");
      if (isMounted && l.lt !== undefined) l.lastSeq = l.lt.getTransSeq - 1;
      return "next";
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
