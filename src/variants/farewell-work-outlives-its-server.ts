// A farewell queued its work without a look whether the server was stopping, and a server that
// stopped did not wait for that work. It reclaimed, committed and answered beside the shutdown, and
// met a connection that was gone.

import type { Rid } from "../core/index.ts";
import { done, get } from "../core/index.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Variant } from "./types.ts";

interface Farewell {
  readonly conn: ConnHandle;
  readonly id: number;
}

export const farewellWorkOutlivesItsServer: Variant = {
  id: "farewell-work-outlives-its-server",
  kind: "regression",
  commit: "e9c3aa6501",
  area: "server.c",
  promises: ["CRASH"],
  says: "farewell work goes on while its server is taken down, and after that",
  steps: {
    server_farewell: {
      add(l: Farewell, m, out) {
        const rid: Rid = get(m.net.conns, l.conn).rid;
        m.server.farewellRequests.push({ rid, netId: l.id });
        out.queueWork("server.wq", "farewell_worker");
        return done();
      },
    },
    scoutfs_server_worker: { shutdown: (_l) => "cancelReclaim" },
  },
};
