// Between the connections and the open maps: what a client asks for or answers, and what the server
// says to a client by its rid. Mirrors server_open_ino_map, open_ino_map_response,
// scoutfs_server_send_omap_request and _response of server.c. A client that has no connection is no
// error: whoever fences it removes its rid from all requests.

import type { Errno } from "../core/index.ts";
import { done, fail, get, program } from "../core/index.ts";
import type { RequestArgs, ResponseArgs } from "../net/types.ts";
import type { OmapArgs, OmapMap } from "../omap/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { listenerOf, requestTo, respond, responseTo } from "./messages.ts";

export const serverOpenInoMap = program<Scoutfs>()({
  name: "server_open_ino_map",
  source: "server.c:server_open_ino_map",
  start: "ask",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    ask(l, m) {
      if (l.data === undefined) return respond(l, { error: "EINVAL" });
      const { rid } = get(m.net.conns, l.conn);
      const args = { rid, id: l.id, args: { ...(l.data as OmapArgs) } };
      return { call: "scoutfs_omap_server_handle_request", args, then: "asked" };
    },
    /** What was queued is answered later; an error may be that of somebody else's request. */
    asked: (l, _m, _out, { error }) => (error === undefined ? done() : respond(l, { error })),
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const openInoMapResponse = program<Scoutfs>()({
  name: "open_ino_map_response",
  source: "server.c:open_ino_map_response",
  start: "hear",
  locals: (args: ResponseArgs) => args,
  waits: {},
  steps: {
    hear(l, m) {
      if (l.data === undefined) return fail("EINVAL");
      const { rid } = get(m.net.conns, l.conn);
      const map = l.data as OmapMap;
      const args = { rid, map: { ...map, bits: [...map.bits] } };
      return { call: "scoutfs_omap_server_handle_response", args, then: "heard" };
    },
    heard: (_l, _m, _out, { error }) => done({ error }),
  },
});

const unlessGone = (error: Errno | undefined) =>
  done({ error: error === "ENOTCONN" ? undefined : error });

export const serverSendOmapRequest = program<Scoutfs>()({
  name: "scoutfs_server_send_omap_request",
  source: "server.c:scoutfs_server_send_omap_request",
  start: "send",
  locals: (a: Calls["scoutfs_server_send_omap_request"]) => a,
  waits: {},
  steps: {
    send({ rid, args }, m) {
      const conn = listenerOf(m);
      if (conn === undefined) return fail("ENOLINK");
      const what = { rid, cmd: "OPEN_INO_MAP", respFunc: "open_ino_map_response" } as const;
      const message = requestTo(conn, { ...what, data: { ...args } });
      return { call: "submit_send", args: message, then: "sent" };
    },
    sent: (_l, _m, _out, { error }) => unlessGone(error),
  },
});

export const serverSendOmapResponse = program<Scoutfs>()({
  name: "scoutfs_server_send_omap_response",
  source: "server.c:scoutfs_server_send_omap_response",
  start: "send",
  locals: (a: Calls["scoutfs_server_send_omap_response"]) => a,
  waits: {},
  steps: {
    send({ rid, id, map, error }, m) {
      const conn = listenerOf(m);
      if (conn === undefined) return fail("ENOLINK");
      const data = error === undefined ? map : undefined;
      const message = { ...responseTo(conn, { rid, id, cmd: "OPEN_INO_MAP", data }), error };
      return { call: "submit_send", args: message, then: "sent" };
    },
    sent: (_l, _m, _out, { error }) => unlessGone(error),
  },
});

export const omapMessages = [
  serverOpenInoMap,
  openInoMapResponse,
  serverSendOmapRequest,
  serverSendOmapResponse,
] as const;
