// A client's connection is gone, or the listener is. Mirrors server_notify_down of server.c with
// free_farewell_requests. A request that farewell_worker has taken to its own lists is not found
// here: it outlives its connection, and is counted beside the one that the client sends again.

import { done, program } from "../core/index.ts";
import type { NotifyArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";

export const serverNotifyDown = program<Scoutfs>()({
  name: "server_notify_down",
  source: "server.c:server_notify_down",
  start: "enter",
  locals: ({ rid }: NotifyArgs) => ({ rid }),
  waits: {},
  steps: {
    enter(l, m) {
      if (l.rid === 0) {
        const cause = "listening socket failed";
        return { call: "stop_server", args: { cause }, then: "stopped" };
      }
      const at = m.server.clients.indexOf(l.rid);
      if (at >= 0) m.server.clients.splice(at, 1);
      return "freeFarewells";
    },
    freeFarewells(l, m) {
      const { server } = m;
      server.farewellRequests = server.farewellRequests.filter(({ rid }) => rid !== l.rid);
      return done();
    },
    stopped: (_l) => done(),
  },
});
