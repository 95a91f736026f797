// Stops asking a mount that has gone, and answers the requests that waited for it alone. Mirrors
// scoutfs_omap_remove_rid and, as a stub, scoutfs_omap_finished_recovery of omap.c. Not modelled
// yet: the maps themselves (a response carries nothing), the asking, and requests that recovery
// holds back. The C walks a hash table; here requests are met in the order they came.

import { assert, done, fail, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { OmapRequest } from "./types.ts";

/** Removes the rid from one request after another until one of them waits for nobody else. */
function removeRidFromReqs(m: Mount, rid: Rid): OmapRequest | undefined {
  const { omap } = m;
  for (const req of omap.requests) {
    if (!req.rids.includes(rid)) continue;
    req.rids = req.rids.filter((r) => r !== rid);
    if (req.rids.length > 0) continue;
    omap.requests = omap.requests.filter((r) => r !== req);
    return req;
  }
  return undefined;
}

export const omapRemoveRid = program<Scoutfs>()({
  name: "scoutfs_omap_remove_rid",
  source: "omap.c:scoutfs_omap_remove_rid",
  start: "forget",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    forget(l, m, out) {
      out.emit({ kind: "omap_remove_rid", rid: l.rid });
      if (!m.omap.rids.includes(l.rid)) return done();
      m.omap.rids = m.omap.rids.filter((r) => r !== l.rid);
      return "respond";
    },
    respond(l, m) {
      const req = removeRidFromReqs(m, l.rid);
      if (req === undefined) return done();
      const { conn } = m.server;
      if (conn === undefined && m.super.forcingUnmount) return fail("ENOLINK");
      assert(conn !== undefined, "the server to have its connection while it reclaims");
      const args = {
        conn,
        rid: req.clientRid,
        cmd: "OPEN_INO_MAP",
        response: true,
        id: req.clientId,
        error: undefined,
        data: {},
        respFunc: undefined,
        respData: undefined,
      } as const;
      return { call: "submit_send", args, then: "responded" };
    },
    /** A client that is not connected is left alone: whoever fences it cleans up. */
    responded(_l, _m, _out, ret) {
      if (ret.error !== undefined && ret.error !== "ENOTCONN") return fail(ret.error);
      return "respond";
    },
  },
});

export const omapFinishedRecovery = program<Scoutfs>()({
  name: "scoutfs_omap_finished_recovery",
  source: "omap.c:scoutfs_omap_finished_recovery",
  start: "handle",
  locals: () => ({}),
  waits: {},
  steps: {
    handle(_l, _m, out) {
      out.note("open map requests that waited for recovery are not handled yet");
      return done();
    },
  },
});
