// A client that a server has greeted before, and that has no connection there any more, is dropped
// by net.c. To a server that is new to it nobody looked whether it is still mounted: one that
// counts as fenced and lives on, because the agent was wrong, was let in after its reclaim. It kept
// what it had cached under locks that the server knew no more, and stopped with a BUG when one was
// granted anew. Here whoever comes back needs the mounted_clients item, which a reclaim takes away
// last. Who has said farewell comes for its answer, and needs none.

import type { Errno } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Greeting } from "../net/types.ts";
import { serverGreeting } from "../server/greeting.ts";
import { lookupMountedClient } from "../server/mounted-clients.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof serverGreeting.steps.respond>[0] & {
  readonly gr: Greeting;
  error: Errno | undefined;
};

/** Whoever holds mounted_clients_mutex does so within one step, so there is nothing to wait for. */
function errorOf({ serverTerm, farewell, rid }: Greeting, m: Mount): Errno | undefined {
  if (serverTerm === 0 || farewell) return undefined;
  const found = lookupMountedClient(m, rid);
  return "item" in found ? undefined : found.error;
}

export const reclaimedClientIsNotGreeted: Variant = {
  id: "reclaimed-client-is-not-greeted",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["CRASH"],
  says: "a client that comes back after its reclaim is refused",
  steps: {
    server_greeting: {
      /** Comes after the look at the fence requests, of which the reclaim frees its own last. */
      respond(l: Locals, m, out, ret) {
        if (l.error === undefined) {
          const error = errorOf(l.gr, m);
          const isGone = error === "ENOENT";
          if (isGone) out.note("a client comes back that was reclaimed");
          l.error = isGone ? "ENOLINK" : error;
        }
        return serverGreeting.steps.respond(l, m, out, ret);
      },
    },
  },
};
