// The server asks for a commit, so that the log trees of all mounts end together. Mirrors
// sync_log_trees of client.c. It answers at once, whatever becomes of the commit. Nothing keeps an
// unmount from shutting the transactions down between the look at its flag and the sync.

import { done, program } from "../core/index.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { responseArgs } from "./conn.ts";

export const syncLogTrees = program<Scoutfs>()({
  name: "sync_log_trees",
  source: "client.c:sync_log_trees",
  start: "look",
  locals: ({ conn, id }: RequestArgs) => ({ conn, id }),
  waits: {},
  steps: {
    look(_l, m, out) {
      if (!m.super.unmounting) return "sync";
      out.ignored("asked for a commit by an unmount, which commits anyway");
      return "respond";
    },
    sync: (_l) => ({ call: "scoutfs_trans_sync", args: { wait: false }, then: "respond" }),
    /** By the connection that it came by, which a destroy of the client waits for. */
    respond(l, m) {
      const answer = { cmd: "SYNC_LOG_TREES", id: l.id, data: undefined } as const;
      return { call: "submit_send", args: responseArgs(m, answer, l.conn), then: "responded" };
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
