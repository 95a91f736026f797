// Who is asked about open inodes: a client joins the list with its greeting, and the list goes
// with the server. Mirrors scoutfs_omap_add_rid, scoutfs_omap_server_shutdown and
// scoutfs_omap_destroy of omap.c; how one leaves is in remove-rid.ts.

import { done, free, get, program, type Rid } from "../core/index.ts";
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
  start: "freeHashed",
  locals: () => ({}),
  waits: {},
  steps: {
    /** Whoever asked asks the next server. A request that waits for nobody stays where it is: one
     *  whose own client was not on the list when it came. */
    freeHashed(_l, { omap }) {
      const waits = omap.reqHt.filter((h) => get(omap.reqs, h).rids.length > 0);
      omap.reqHt = omap.reqHt.filter((h) => !waits.includes(h));
      for (const h of waits) free(omap.reqs, h);
      return "freeRequests";
    },
    freeRequests(_l, { omap }) {
      for (const h of omap.requests) free(omap.reqs, h);
      omap.requests = [];
      return "freeRids";
    },
    freeRids(_l, m) {
      m.omap.rids = [];
      return done();
    },
  },
});

export const omapDestroy = program<Scoutfs>()({
  name: "scoutfs_omap_destroy",
  source: "omap.c:scoutfs_omap_destroy",
  start: "check",
  locals: () => ({}),
  waits: {},
  steps: {
    /** Inodes were evicted long before, each clearing its bit. */
    check(_l, m, out) {
      if (m.omap.groups.length > 0) out.note("WARN open map bits are left at unmount");
      m.omap.rids = [];
      return done();
    },
  },
});
