// Who is asked about open inodes: a client joins the list with its greeting, and the list goes
// with the server. Mirrors scoutfs_omap_add_rid and scoutfs_omap_server_shutdown of omap.c; how one
// leaves is in remove-rid.ts.

import { done, program, type Rid } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const omapAddRid = program<Scoutfs>()({
  name: "scoutfs_omap_add_rid",
  source: "omap.c:scoutfs_omap_add_rid",
  start: "add",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    /** A client greets one server more than once. */
    add(l, m, out) {
      out.emit({ kind: "omap_add_rid", rid: l.rid });
      if (!m.omap.rids.includes(l.rid)) m.omap.rids.push(l.rid);
      return done();
    },
  },
});

export const omapServerShutdown = program<Scoutfs>()({
  name: "scoutfs_omap_server_shutdown",
  source: "omap.c:scoutfs_omap_server_shutdown",
  start: "freeRequests",
  locals: () => ({}),
  waits: {},
  steps: {
    /** Whoever asked asks the next server. */
    freeRequests(_l, m) {
      m.omap.requests = [];
      return "freeRids";
    },
    freeRids(_l, m) {
      m.omap.rids = [];
      return done();
    },
  },
});
