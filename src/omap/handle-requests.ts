// A client asks which inodes of a group are in use: the server asks all others, and the last answer
// is answered. Mirrors scoutfs_omap_server_handle_request, handle_requests, handle_request and
// scoutfs_omap_finished_recovery of omap.c. It keeps: nobody is asked before all clients of the
// last server have greeted or are given up. It does not keep what it means to, in two places:
// - A greeting counts as recovered before its rid is on the list (`server_greeting @ recovered`
//   comes before `addRid`). A request that is copied in between leaves that client out.
// - A rid that is removed between `copy` and `insert` is removed from no request, and a send to it
//   may fail without an error: then nobody answers.

import type { Errno } from "../core/index.ts";
import { allocate, assert, done, free, get, program, type Rid } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_GREETING } from "../recov/api.ts";
import type { OmapCalls, OmapRequestHandle } from "./types.ts";

const ANY_RID = 0 as Rid;

export const omapServerHandleRequest = program<Scoutfs>()({
  name: "scoutfs_omap_server_handle_request",
  source: "omap.c:scoutfs_omap_server_handle_request",
  start: "add",
  locals: (a: OmapCalls["scoutfs_omap_server_handle_request"]) => a,
  waits: {},
  steps: {
    add({ rid, id, args }, { omap }) {
      omap.nextReqId++;
      const req: OmapRequestHandle = allocate(omap.reqs, {
        ...{ clientRid: rid, clientId: id, rids: [], bits: [] },
        args: { groupNr: args.groupNr, reqId: omap.nextReqId },
      });
      omap.requests.unshift(req);
      return { call: "omap_handle_requests", args: {}, then: "handled" };
    },
    /** The error of any of them, not only of its own. */
    handled: (_l, _m, _out, { error }) => done({ error }),
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
      out.emit({ kind: "omap_finished_recovery" });
      return { call: "omap_handle_requests", args: {}, then: "handled" };
    },
    handled: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const omapHandleRequests = program<Scoutfs>()({
  name: "omap_handle_requests",
  source: "omap.c:handle_requests",
  start: "check",
  locals: () => ({ requests: [] as OmapRequestHandle[], error: undefined as Errno | undefined }),
  waits: {},
  steps: {
    check(_l, m, out) {
      if (out.api.recovNextPending(m, ANY_RID, RECOV_GREETING) === undefined) return "take";
      out.ignored("open map requests wait for greetings");
      return done();
    },
    take(l, m) {
      l.requests = m.omap.requests;
      m.omap.requests = [];
      return "next";
    },
    next(l) {
      const req = l.requests.shift();
      if (req === undefined) return done({ error: l.error });
      return { call: "omap_handle_request", args: { req }, then: "handled" };
    },
    handled(l, _m, _out, { error }) {
      l.error ??= error;
      return "next";
    },
  },
});

interface Locals {
  readonly req: OmapRequestHandle;
  /** Who is still to be asked. */
  privRids: Rid[];
  error: Errno | undefined;
}

export const omapHandleRequest = program<Scoutfs>()({
  name: "omap_handle_request",
  source: "omap.c:handle_request",
  start: "copy",
  locals: ({ req }: OmapCalls["omap_handle_request"]): Locals => ({
    ...{ req, privRids: [], error: undefined },
  }),
  waits: {},
  steps: {
    /** Who asks is not asked. If there was nobody else, the empty map is the answer; if not even
     *  that one is on the list, the request stays in the hash and nobody answers it. */
    copy(l, m) {
      const { clientRid } = get(m.omap.reqs, l.req);
      const isListed = m.omap.rids.includes(clientRid);
      l.privRids = m.omap.rids.filter((rid) => rid !== clientRid);
      return isListed && l.privRids.length === 0 ? "respondAlone" : "insert";
    },
    respondAlone(l, m) {
      const { clientRid: rid, clientId: id, args } = get(m.omap.reqs, l.req);
      const map = { ...args, bits: [] };
      const response = { rid, id, map, error: undefined };
      return { call: "scoutfs_server_send_omap_response", args: response, then: "free" };
    },
    /** From here on answers may come, and all of them before the next client is asked. */
    insert(l, m) {
      get(m.omap.reqs, l.req).rids = [...l.privRids];
      m.omap.reqHt.push({ ...l.req });
      return "send";
    },
    /** Reads the request once more for each client, without holding it: if those that are asked
     *  already have answered and the others were removed, it is freed by now. */
    send(l, m) {
      const [rid] = l.privRids;
      if (rid === undefined) return done();
      const args = { ...get(m.omap.reqs, l.req).args };
      return { call: "scoutfs_server_send_omap_request", args: { rid, args }, then: "sent" };
    },
    sent(l, m, _out, { error }) {
      l.privRids.shift();
      if (error === undefined) return "send";
      l.error = error;
      m.omap.reqHt = m.omap.reqHt.filter(({ id }) => id !== l.req.id);
      return "respondError";
    },
    respondError(l, m) {
      const { clientRid: rid, clientId: id } = get(m.omap.reqs, l.req);
      assert(l.error !== undefined, "a send that failed");
      const args = { rid, id, map: undefined, error: l.error };
      return { call: "scoutfs_server_send_omap_response", args, then: "free" };
    },
    free(l, m, _out, { error }) {
      free(m.omap.reqs, l.req);
      return done({ error });
    },
  },
});
