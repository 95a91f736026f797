// A client that the server has lost comes back, or it is fenced and its connection goes.
//
// Bound: the time it has to come back, and as much again: the worker that looks at deadlines waits
// for the last of those it has seen, and not for the first (net.c:scoutfs_net_reconn_free_worker).
// And slack. A farewell's connection goes too. One that is migrated goes at once; recordings, which
// have no number of a connection, show that only by the migration.

import { fieldsOf, kindOf } from "../entries.ts";
import { reconnectUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const lostClient: Obligation = {
  name: "lost client's return",
  wants: [
    ...["conn_shutdown_complete", "conn_reconn_migrate", "conn_destroy_start"],
    ...["fence_start", "server_work_exit"],
  ],
  while: "fair",
  boundUs: () => 2 * reconnectUs + slackUs,
  on(entry) {
    const { mount } = entry;
    const { conn_rid = 0, conn: of = conn_rid, rid = 0, accepted, flags = "" } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "conn_shutdown_complete":
        return accepted && conn_rid !== 0 && flags.includes("reconn_wait")
          ? { opens: mount, of }
          : undefined;
      case "conn_reconn_migrate":
        return { closes: mount, of: conn_rid };
      case "conn_destroy_start":
        return accepted ? { closes: mount, of } : undefined;
      case "fence_start":
        return { closes: mount, of: rid };
    }
    return { closes: mount };
  },
};
