// What the server asks is answered by the client's connection, which a destroy of the client takes
// away before it waits for the work of that connection. A question that came before the answer to
// the farewell, and is handled after it, met a null pointer. Here there is nobody to answer once
// the connection has gone: the server has reclaimed this mount and has answered for it.

import { responseArgs } from "../client/conn.ts";
import { done } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Calls } from "../protocol.ts";
import type { Variant } from "./types.ts";

const answer = (m: Mount, response: Parameters<typeof responseArgs>[1]) =>
  m.client.conn === undefined
    ? done()
    : ({ call: "submit_send", args: responseArgs(m, response), then: "leave" } as const);

export const destroyedClientAnswersNobody: Variant = {
  id: "destroyed-client-answers-nobody",
  kind: "repair",
  commit: undefined,
  area: "client.c",
  promises: ["CRASH"],
  says: "a client whose connection is gone gives the server no answer any more",
  steps: {
    scoutfs_client_lock_response: {
      submit: ({ netId: id, lock: data }: Calls["scoutfs_client_lock_response"], m) =>
        answer(m, { cmd: "LOCK", id, data }),
    },
    scoutfs_client_lock_recover_response: {
      submit: ({ netId: id, locks }: Calls["scoutfs_client_lock_recover_response"], m) =>
        answer(m, { cmd: "LOCK_RECOVER", id, data: { locks } }),
    },
    scoutfs_client_send_omap_response: {
      submit: ({ id, map }: Calls["scoutfs_client_send_omap_response"], m) =>
        answer(m, { cmd: "OPEN_INO_MAP", id, data: { ...map, bits: [...map.bits] } }),
    },
  },
};
