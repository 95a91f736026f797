// A server answers a greeting first, and lets its connection open some steps later. Who was
// reclaimed in between had its open maps asked for from then on, and what had come by the
// connection was handled: a lock was granted to nobody. Here the server looks once more, where it
// lets a connection open: the client has its item and no fence request, and no later connection
// that was greeted, since a client uses one socket and has given up those before. Who says farewell
// comes for its answer, and needs none of that. But it may know this server by an answer whose
// greeting is not through: let open beside that, it would leave, and nobody would finish what the
// recovery has still to hear of it. It comes again. Whose connection stays shut is asked for no
// open maps.

import { fail, type Rid } from "../core/index.ts";
import { isListed } from "../fence/requests.ts";
import type { Mount } from "../mount/types.ts";
import { connOf, laterOf } from "../net/connections.ts";
import type { NetMount, ServerGreeting } from "../net/types.ts";
import { RECOV_GREETING, recovApi } from "../recov/api.ts";
import { serverGreeting } from "../server/greeting.ts";
import { mayBeMounted } from "../server/mounted-clients.ts";
import type { Variant } from "./types.ts";

/** As if its connection had the rid already. */
const hasLater = (m: NetMount, greeting: ServerGreeting): boolean =>
  laterOf(m, { ...greeting, listening: connOf(m, greeting.conn).listening }).length > 0;

/** A greeting of its client that came before is being handled. */
const comesTooSoon = (m: Mount, { rid, firstContact }: ServerGreeting): boolean =>
  !firstContact && recovApi.recovIsPending(m, rid, RECOV_GREETING);

const stays = (m: Mount, rid: Rid): boolean => mayBeMounted(m, rid) && !isListed(m, rid);

export const goneClientIsNotLetOpen: Variant = {
  id: "gone-client-is-not-let-open",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["RCL1", "LCK2", "FNC3", "FWL1", "CRASH"],
  says: "a connection whose client is reclaimed while its greeting is handled stays shut",
  rules: {
    letsOpen: (m, greeting) =>
      greeting.farewell
        ? !comesTooSoon(m as Mount, greeting)
        : !hasLater(m, greeting) && stays(m as Mount, greeting.rid),
  },
  steps: {
    server_greeting: {
      addRid(l, m, out, ret) {
        const isOpen = connOf(m, l.conn).flags.validGreeting;
        return isOpen || ret.error !== undefined
          ? serverGreeting.steps.addRid(l, m, out, ret)
          : fail("ENOLINK");
      },
    },
  },
};
