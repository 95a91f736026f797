// Stops asking a mount that has gone, and answers the requests that waited for it alone. Mirrors
// scoutfs_omap_remove_rid of omap.c. It may be called for a rid that is not on the list, by one
// server after the other. The C walks a hash table; here requests are met in the order they came.

import { done, free, get, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { OmapRequest } from "./types.ts";

/** Removes the rid from one request after another until one of them waits for nobody else, and
 *  frees that one: if it cannot be answered, the server stops. */
function removeRidFromReqs({ omap }: Mount, rid: Rid): OmapRequest | undefined {
  for (const h of omap.reqHt) {
    const req = get(omap.reqs, h);
    if (!req.rids.includes(rid)) continue;
    req.rids = req.rids.filter((r) => r !== rid);
    if (req.rids.length > 0) continue;
    omap.reqHt = omap.reqHt.filter((other) => other.id !== h.id);
    free(omap.reqs, h);
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
      const map = { ...req.args, bits: [...req.bits] };
      const args = { rid: req.clientRid, id: req.clientId, map, error: undefined };
      return { call: "scoutfs_server_send_omap_response", args, then: "responded" };
    },
    responded: (_l, _m, _out, { error }) => (error === undefined ? "respond" : done({ error })),
  },
});
