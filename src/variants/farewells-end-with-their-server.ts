// The worker takes all farewells off the list of the server while it looks at them. Whoever loses
// its connection then is not found on the list, and what waits for others or for a recovery is put
// back behind it. So a server that stops may leave farewells of clients that go on to the next one,
// to whoever starts on its mount later: that reclaims a rid that has left, or has asked somebody
// else, finds no connection for the answer, and stops. Here a server begins without farewells.

import { serverWorker } from "../server/worker.ts";
import type { Variant } from "./types.ts";

const { enter } = serverWorker.steps;

export const farewellsEndWithTheirServer: Variant = {
  id: "farewells-end-with-their-server",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["FNC3", "LIVE"],
  says: "a server does not hear farewells that were said to an earlier one on its mount",
  steps: {
    scoutfs_server_worker: {
      enter(l: Parameters<typeof enter>[0], m, out, ret) {
        m.server.farewellRequests = [];
        return enter(l, m, out, ret);
      },
    },
  },
};
