// A first greeting may be under way for long: its worker waits for memory, or for a processor,
// before it comes to the commit. Its connection breaks meanwhile, the client greets by another one,
// is mounted, and leaves. The greeting then goes on and inserts the item of a client that was
// reclaimed: nobody deletes it any more, and after 20 s, or by the next server's recovery, the host
// is fenced. Here a server remembers whom it has begun to reclaim, and inserts no item for them. It
// looks where it inserts, under the mutex under which items are deleted: whoever is not remembered
// there is deleted by the reclaim that comes.

import { fail, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { insertMountedClient } from "../server/mounted-clients.ts";
import { reclaimRid } from "../server/reclaim.ts";
import type { ServerCalls, ServerState } from "../server/types.ts";
import type { Variant } from "./types.ts";

/** Of the server of one term: the next one has connections of its own, and old ones are gone. */
interface Reclaimed {
  readonly term: number;
  readonly rids: readonly Rid[];
}
type Remembering = ServerState & { reclaimed?: Reclaimed };

function reclaimedBy({ server }: Mount): readonly Rid[] {
  const { reclaimed, term } = server as Remembering;
  return reclaimed?.term === term ? reclaimed.rids : [];
}

function remember(m: Mount, rid: Rid): void {
  const rids = reclaimedBy(m);
  if (rids.includes(rid)) return;
  const server: Remembering = m.server;
  server.reclaimed = { term: server.term, rids: [...rids, rid] };
}

export const reclaimedClientGetsNoItem: Variant = {
  id: "reclaimed-client-gets-no-item",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["FNC1", "FNC5", "RCL1", "LIVE", "CRASH"],
  says: "a first greeting that is handled after its client's reclaim is refused",
  // The bug that is put back has its own way into the step that looks here.
  partOf: "initial-greeting-replay-eexist",
  steps: {
    reclaim_rid: {
      hold(l: { readonly rid: Rid }, m, out, ret) {
        remember(m, l.rid);
        return reclaimRid.steps.hold(l as never, m, out, ret);
      },
    },
    insert_mounted_client: {
      enter(l: ServerCalls["insert_mounted_client"], m, out, ret) {
        insertMountedClient.steps.enter(l, m, out, ret);
        return { lock: "server.mounted_clients_mutex", then: "look" };
      },
      look(l: ServerCalls["insert_mounted_client"], m, out) {
        if (!reclaimedBy(m).includes(l.greeting.rid)) return "insert";
        out.unlock("server.mounted_clients_mutex");
        out.note("a client comes for the first time that was reclaimed");
        return fail("ENOLINK");
      },
    },
  },
};
