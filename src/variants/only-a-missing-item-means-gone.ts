// Whether a mount is there was asked by a look-up of its item, and any error of that counted as no,
// also one of the device or of memory. A request for log trees then took an open tree for that of
// a mount that is gone, and finalized it as last committed. The mount goes on: its next transaction
// is written to that tree and counts as committed already, so its sync succeeds, and nobody ever
// finds the items. In the same way a question for the last stable seq passed over an open
// transaction. Here only ENOENT means gone, and any other error ends the request.

import { done, get, type Rid } from "../core/index.ts";
import { reclaimOrphanLogTrees } from "../server/finalize-parts.ts";
import { respond } from "../server/messages.ts";
import { lookupMountedClient } from "../server/mounted-clients.ts";
import { serverGetLastSeq } from "../server/questions.ts";
import type { Variant } from "./types.ts";

const { steps: reclaiming } = reclaimOrphanLogTrees;
type Reclaiming = Parameters<typeof reclaiming.isMounted>[0];
const { steps: asking } = serverGetLastSeq;
type Asking = Parameters<typeof asking.isMounted>[0];

/** What the look-up ends with that says nothing of the mount. */
function failureOf(m: Parameters<typeof lookupMountedClient>[0], rid: Rid) {
  const found = lookupMountedClient(m, rid);
  return "item" in found || found.error === "ENOENT" ? undefined : found.error;
}

export const onlyAMissingItemMeansGone: Variant = {
  id: "only-a-missing-item-means-gone",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["DAT1"],
  says: "a mount whose item cannot be read does not count as gone",
  steps: {
    reclaim_orphan_log_trees: {
      isMounted(l: Reclaiming, m, out, ret) {
        const error = failureOf(m, l.orphan);
        if (error === undefined) return reclaiming.isMounted(l, m, out, ret);
        out.unlock("server.mounted_clients_mutex");
        return done({ error });
      },
    },
    server_get_last_seq: {
      isMounted(l: Asking, m, out, ret) {
        const error = l.lt && failureOf(m, l.lt.rid);
        if (error === undefined) return asking.isMounted(l, m, out, ret);
        const { rid } = get(m.net.conns, l.conn);
        out.emit({ kind: "trans_seq_last", rid, trans_seq: l.lastSeq });
        out.unlock("server.mounted_clients_mutex");
        out.unlock("server.logs_mutex");
        return respond(l, { error, data: { seq: l.lastSeq } });
      },
    },
  },
};
