// A greeting counted as recovered before its rid was on the list of those that are asked for their
// open maps. A request of an unlink that was handled in between asked all others, and the inode
// went while that client had it open. Here it counts once the rid is listed, and so once messages
// to it can be sent.

import { done, type Rid } from "../core/index.ts";
import type { Greeting } from "../net/types.ts";
import { RECOV_GREETING } from "../recov/api.ts";
import { serverRecovFinish } from "../server/recovery.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly gr: Greeting;
}

export const recoveredClientIsAsked: Variant = {
  id: "recovered-client-is-asked",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["OMP1"],
  says: "a client counts as recovered once it would be asked which inodes it has open",
  steps: {
    scoutfs_server_recov_finish: {
      finish(l: { readonly rid: Rid; readonly which: number }, m, out, ret) {
        const isEarly = l.which === RECOV_GREETING && !m.omap.rids.includes(l.rid);
        return isEarly ? done() : serverRecovFinish.steps.finish(l, m, out, ret);
      },
    },
    server_greeting: {
      /** Comes here again when it has counted. Who was reclaimed meanwhile is listed no more, and
       *  the end of that counts for it. */
      leave(l: Locals, m, out, ret) {
        const { rid } = l.gr;
        if (!m.omap.rids.includes(rid)) return done({ error: ret.error });
        if (ret.error !== undefined || !out.api.recovIsPending(m, rid, RECOV_GREETING)) {
          return done({ error: ret.error });
        }
        const args = { rid, which: RECOV_GREETING };
        return { call: "scoutfs_server_recov_finish", args, then: "leave" };
      },
    },
  },
};
