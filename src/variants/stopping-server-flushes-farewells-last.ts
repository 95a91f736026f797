// A greeting queues farewell work without a look at the status, so it could run after the flush
// of a stopping server, when the connection was gone. Here that work is flushed once more when
// no request runs any longer.

import type { Variant } from "./types.ts";

export const stoppingServerFlushesFarewellsLast: Variant = {
  id: "stopping-server-flushes-farewells-last",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["CRASH"],
  says: "a server that stops flushes the farewell work again when no request runs any longer",
  partOf: "farewell-work-outlives-its-server",
  steps: {
    scoutfs_server_worker: {
      shutNet: (l) => ({
        call: "scoutfs_net_shutdown",
        args: { conn: l.conn },
        then: "flushFarewells",
      }),
      flushFarewells: (_l) => ({ flush: "farewell_worker", then: "netDown" }),
    },
  },
};
