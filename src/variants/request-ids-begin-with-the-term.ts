// Each server numbered its requests from 1, on each connection of its own. A client that works on
// an invalidation while the server changes answers under the id that the old one gave; if the new
// one has used that id meanwhile, it takes the answer for one to its own request, and may grant a
// mode that is still in use. Here the ids of a server begin with its term: an answer to another
// server meets no request, and is dropped. The lock is recovered with the mode that it had, so
// the new server asks for it again.

import { connOf } from "../net/connections.ts";
import { netServerGreeting } from "../net/greeting.ts";
import type { ConnHandle, ServerGreeting } from "../net/types.ts";
import type { Variant } from "./types.ts";

/** 32 bits are left of 64 for the requests of one connection; here it is a number's. */
const IDS_PER_TERM = 1_000_000;

type Locals = ServerGreeting & { reconn: ConnHandle | undefined };

export const requestIdsBeginWithTheTerm: Variant = {
  id: "request-ids-begin-with-the-term",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET3", "LCK1"],
  says: "an answer to the request of an earlier server meets no request of this one",
  steps: {
    scoutfs_net_server_greeting: {
      /** No request has gone out on it; what it takes over of an earlier one is numbered so. */
      enter(l: Locals, m, out, ret) {
        const c = connOf(m, l.conn);
        if (c.nextSendId === 1) c.nextSendId = m.server.term * IDS_PER_TERM + 1;
        return netServerGreeting.steps.enter(l, m, out, ret);
      },
    },
  },
};
