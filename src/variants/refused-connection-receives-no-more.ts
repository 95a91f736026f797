// A greeting is processed before what came behind it. If it was refused, or the state of the client
// was not found, the connection was shut down, but what had been received with the greeting was
// processed all the same: of a client without a rid. Its lock request was queued for rid 0, which
// nobody is and nobody reclaims. Here an accepted connection without a valid greeting takes
// nothing else.

import { connOf } from "../net/connections.ts";
import { netRecvWorker } from "../net/receive.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof netRecvWorker.steps.dispatch>[0];

export const refusedConnectionReceivesNoMore: Variant = {
  id: "refused-connection-receives-no-more",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET1"],
  says: "what comes behind a greeting that was refused is not processed",
  partOf: "farewell-tears-locks-down-at-once",
  steps: {
    scoutfs_net_recv_worker: {
      dispatch(l: Locals, m, out, ret) {
        const { listening, flags } = connOf(m, l.conn);
        const isGreeting = l.batch[l.at]?.cmd === "GREETING";
        if (isGreeting || listening === undefined || flags.validGreeting) {
          return netRecvWorker.steps.dispatch(l, m, out, ret);
        }
        out.note("a message behind a greeting that was refused");
        return "shut";
      },
    },
  },
};
