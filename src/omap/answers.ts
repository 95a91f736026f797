// The answers to what the server has asked. Mirrors scoutfs_omap_server_handle_response and, on the
// side of the mount that is asked, scoutfs_omap_client_handle_request of omap.c. The mount that
// wants to know holds the write lock of the group, or asks again under it: bits that come and go
// while they are copied belong to inodes that have links, or to one who has to get that lock before
// it deletes.

import { done, free, get, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { groupOf, mergeBits, traceGroup } from "./groups.ts";
import type { OmapCalls, OmapRequestHandle } from "./types.ts";

export const omapClientHandleRequest = program<Scoutfs>()({
  name: "scoutfs_omap_client_handle_request",
  source: "omap.c:scoutfs_omap_client_handle_request",
  start: "copy",
  locals: (a: OmapCalls["scoutfs_omap_client_handle_request"]) => a,
  waits: {},
  steps: {
    copy({ id, args }, m, out) {
      const group = groupOf(m, args.groupNr);
      const bits = [...(group?.bits ?? [])];
      if (group !== undefined) traceGroup(out, "request", { nr: group.nr, total: bits.length });
      const map = { ...args, bits };
      return { call: "scoutfs_client_send_omap_response", args: { id, map }, then: "sent" };
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const omapServerHandleResponse = program<Scoutfs>()({
  name: "scoutfs_omap_server_handle_response",
  source: "omap.c:scoutfs_omap_server_handle_response",
  start: "merge",
  locals: ({ rid, map }: OmapCalls["scoutfs_omap_server_handle_response"]) => ({
    ...{ rid, map: { ...map, bits: [...map.bits] } },
    req: undefined as OmapRequestHandle | undefined,
  }),
  waits: {},
  steps: {
    /** A request that is gone was answered with the error of a send. */
    merge(l, m, out) {
      const isIt = (h: OmapRequestHandle) => get(m.omap.reqs, h).args.reqId === l.map.reqId;
      const found = m.omap.reqHt.find(isIt);
      const req = found && get(m.omap.reqs, found);
      if (found === undefined || !req?.rids.includes(l.rid)) {
        out.ignored("an open map that no request waits for");
        return done();
      }
      req.bits = mergeBits(req.bits, l.map.bits);
      req.rids = req.rids.filter((rid) => rid !== l.rid);
      if (req.rids.length > 0) return done();
      l.req = { ...found };
      return "respond";
    },
    /** Nobody else takes it now: those who look pass over a request that waits for nobody. */
    respond(l, m) {
      const h = l.req as OmapRequestHandle;
      const { clientRid: rid, clientId: id, args, bits } = get(m.omap.reqs, h);
      m.omap.reqHt = m.omap.reqHt.filter((other) => other.id !== h.id);
      free(m.omap.reqs, h);
      const response = { rid, id, map: { ...args, bits: [...bits] }, error: undefined };
      return { call: "scoutfs_server_send_omap_response", args: response, then: "sent" };
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});
