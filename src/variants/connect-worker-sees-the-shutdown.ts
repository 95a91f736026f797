// A shutdown that looked for the socket before the connect worker had made it broke nothing, and
// then waited for a receive that nobody ends. Here the worker looks for the shutdown when it has
// connected.

import { done } from "../core/index.ts";
import { connOf, waitq } from "../net/connections.ts";
import { emitConn } from "../net/records.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly conn: ConnHandle;
}

export const connectWorkerSeesTheShutdown: Variant = {
  id: "connect-worker-sees-the-shutdown",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["LIVE"],
  says: "a connect that succeeds while its connection shuts down ends there",
  steps: {
    scoutfs_net_connect_worker: {
      establish(l: Locals, m, out) {
        const { flags } = connOf(m, l.conn);
        if (flags.shuttingDown) {
          out.ignored("connected while the connection shuts down");
          return done();
        }
        flags.validGreeting = false;
        flags.established = true;
        out.wake(waitq(l.conn));
        emitConn(m, out, "conn_connect_complete", l.conn);
        return "receive";
      },
    },
  },
};
