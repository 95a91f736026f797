// Members go while more stay than an election needs, and whoever had an item counted as one that
// stays: also a mount that was lost and is not fenced yet, and beside it the one that has come in
// its place. The others then left too few for an election: the last ones had no server any more
// that would answer their farewells. Here a member counts as long as it has a greeted connection.
// Who has none is waited for, as a mount that cannot vote is, until it is back or was reclaimed;
// if it has asked to leave, it goes before all others do.

import type { Out, Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { acceptedOf, connOf } from "../net/connections.ts";
import type { Scoutfs } from "../protocol.ts";
import { farewellWorker } from "../server/farewell.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import { serverGreeting } from "../server/greeting.ts";
import type { FarewellRequest, ServerState } from "../server/types.ts";
import type { AnyStep, Variant } from "./types.ts";

/** How many connections have been greeted. */
type Greeted = ServerState & { greeted?: number };
interface Locals extends FarewellLocals {
  greeted?: number;
}
const greetedBy = ({ server }: Mount): number => (server as Greeted).greeted ?? 0;

const take = farewellWorker.steps.take as AnyStep;
const greeted = serverGreeting.steps.greeted as AnyStep;

function isThere(m: Mount, rid: Rid): boolean {
  const { conn } = m.server;
  if (conn === undefined) return false;
  return acceptedOf(m, conn, rid).some((h) => {
    const { validGreeting, shuttingDown, reconnWait } = connOf(m, h).flags;
    return validGreeting && !shuttingDown && !reconnWait;
  });
}

/** One that has come back while they were counted may make enough of those who stay. */
function looksAgain(l: Locals, m: Mount, out: Out<Scoutfs>): boolean {
  const waits = m.server.farewellRequests.length > 0;
  if (!waits || l.greeted === greetedBy(m)) return false;
  out.note("a client greeted while the farewells were counted");
  return true;
}

export const absentMembersDoNotStay: Variant = {
  id: "absent-members-do-not-stay",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "a farewell does not count on the vote of a member without a connection",
  rules: {
    countsAsMember: (m, { rid, quorum }, asks) => quorum && (asks || isThere(m, rid)),
  },
  steps: {
    farewell_worker: {
      take(l: Locals, m, out, ret) {
        l.greeted = greetedBy(m);
        const next = take(l, m, out, ret);
        const order = ({ rid }: FarewellRequest) => (isThere(m, rid) ? 1 : 0);
        l.reqs.sort((a, b) => order(a) - order(b));
        return next;
      },
      finish(l: Locals, m, out, ret) {
        l.moreReqs ||= looksAgain(l, m, out);
        return farewellWorker.steps.finish(l, m, out, ret);
      },
    },
    server_greeting: {
      greeted(l, m, out, ret) {
        const server: Greeted = m.server;
        server.greeted = greetedBy(m) + 1;
        if (server.farewellRequests.length === 0) return greeted(l, m, out, ret);
        return { call: "queue_farewell_work", args: {}, then: "lookedAgain" };
      },
      lookedAgain: greeted,
    },
  },
};
