// Open maps on their way between this mount and the server: this mount asks for the map of all
// others, or is asked for its own. Mirrors client_open_ino_map, scoutfs_client_open_ino_map and
// scoutfs_client_send_omap_response of client.c.

import { done, fail, program } from "../core/index.ts";
import type { RequestArgs } from "../net/types.ts";
import type { OmapArgs } from "../omap/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { connOf, responseArgs } from "./conn.ts";

export const clientOpenInoMapRequest = program<Scoutfs>()({
  name: "client_open_ino_map",
  source: "client.c:client_open_ino_map",
  start: "enter",
  locals: ({ id, data }: RequestArgs) => ({ id, args: data as OmapArgs | undefined }),
  waits: {},
  steps: {
    enter: ({ id, args }) =>
      args === undefined
        ? fail("EINVAL")
        : { call: "scoutfs_omap_client_handle_request", args: { id, args }, then: "leave" },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const clientSendOmapResponse = program<Scoutfs>()({
  name: "scoutfs_client_send_omap_response",
  source: "client.c:scoutfs_client_send_omap_response",
  start: "submit",
  locals: (a: Calls["scoutfs_client_send_omap_response"]) => a,
  waits: {},
  steps: {
    submit({ id, map }, m) {
      const data = { ...map, bits: [...map.bits] };
      const args = responseArgs(m, { cmd: "OPEN_INO_MAP", id, data });
      return { call: "submit_send", args, then: "leave" };
    },
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});

/** Waits for the answer like every other request, see requests.ts. */
export const clientOpenInoMap = program<Scoutfs>()({
  name: "scoutfs_client_open_ino_map",
  source: "client.c:scoutfs_client_open_ino_map",
  start: "send",
  locals: ({ groupNr }: Calls["scoutfs_client_open_ino_map"]) => ({ groupNr }),
  waits: {},
  steps: {
    send({ groupNr }, m) {
      const data = { groupNr, reqId: 0 };
      const args = { conn: connOf(m), cmd: "OPEN_INO_MAP", data } as const;
      return { call: "scoutfs_net_sync_request", args, then: "answered" };
    },
    answered: (_l, _m, _out, ret) => done(ret),
  },
});

export const omapMessages = [
  clientOpenInoMapRequest,
  clientSendOmapResponse,
  clientOpenInoMap,
] as const;
