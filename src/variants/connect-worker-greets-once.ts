// The work of a client that connects may be queued twice: by itself, when a connect fails, and by
// the end of that connection's shutdown, if this takes longer than the worker's pause. The second
// run found the connection that the first had made, and sent a second greeting on it, which the
// server refuses. Here it leaves a connection alone that is there.

import { connOf } from "../client/conn.ts";
import { clientConnectWorker } from "../client/connect.ts";
import type { Ret } from "../core/index.ts";
import { done } from "../core/index.ts";
import { connOf as netConn } from "../net/connections.ts";
import type { Variant } from "./types.ts";

export const connectWorkerGreetsOnce: Variant = {
  id: "connect-worker-greets-once",
  kind: "repair",
  commit: undefined,
  area: "client.c",
  promises: ["NET4"],
  says: "a client whose connection is there does not connect and greet again",
  steps: {
    scoutfs_client_connect_worker: {
      connect(l, m, out, ret: Ret) {
        if (ret.error === undefined && netConn(m, connOf(m)).flags.established) {
          out.ignored("the client is connected, and does not connect again");
          return done();
        }
        return clientConnectWorker.steps.connect(l, m, out, ret);
      },
    },
  },
};
