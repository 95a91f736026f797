// A server that dies, or is stopped, after it has committed that a compaction is a mount's and
// before that mount has the answer: the mount asks the next server, and gets another one. The first
// is busy for as long as the mount is there. A mount works at one at a time, and asks when it has
// none: so what is busy in its name when it asks is what it did not hear of, and here it gets that.

import { get } from "../core/index.ts";
import type { RequestArgs } from "../net/types.ts";
import { SRCH_COMPACT_NR, serverSrchGetCompact } from "../server/srch.ts";
import type { Variant } from "./types.ts";

type Locals = RequestArgs & Parameters<typeof serverSrchGetCompact.steps.getCompact>[0];

export const srchWorkIsFoundAgain: Variant = {
  id: "srch-work-is-found-again",
  kind: "repair",
  commit: undefined,
  area: "srch.c",
  promises: ["BOUND"],
  says: "a mount that asks for a compaction gets the one that it is said to have already",
  steps: {
    server_srch_get_compact: {
      getCompact(l: Locals, m, out, ret) {
        const { btreeError, dirtySuper } = m.server;
        const isBusy = dirtySuper.srchBusy.includes(get(m.net.conns, l.conn).rid);
        if (btreeError !== undefined || !isBusy) {
          return serverSrchGetCompact.steps.getCompact(l, m, out, ret);
        }
        l.nr = SRCH_COMPACT_NR;
        out.unlock("server.srch_mutex");
        return { lock: "server.alloc_mutex", then: "fill" };
      },
    },
  },
};
