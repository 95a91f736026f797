// The shutdown of a listener drains its queue and only then cancels the timer of its reconnect
// work. Work whose timer goes off during the drain is refused by the queue, with a warning, and
// stays pending and queued nowhere: the cancel spins for ever. The server never stops, its mount
// cannot leave, and the next leader has it fenced. Here the timer is cancelled before the drain.

import { workOf } from "../net/connections.ts";
import { emitConn } from "../net/records.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Variant } from "./types.ts";

export const shutdownCancelsTheReconnectTimer: Variant = {
  id: "shutdown-cancels-the-reconnect-timer",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["WRN1", "FNC5", "LIVE"],
  says: "the drain of a listener's queue meets no reconnect work whose timer goes off",
  steps: {
    scoutfs_net_shutdown_worker: {
      enter(l: { readonly conn: ConnHandle }, m, out) {
        emitConn(m, out, "conn_shutdown_start", l.conn);
        return {
          cancel: workOf("scoutfs_net_reconn_free_worker", l.conn),
          then: "shutSocket",
        };
      },
    },
  },
};
