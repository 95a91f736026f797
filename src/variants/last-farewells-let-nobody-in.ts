// When all who are mounted have asked to leave, the quorum members may go together. They were
// counted before they were reclaimed, one commit after another, and a client that came meanwhile
// was let in: it had no server any more, and nobody to elect one. Here they are counted once more
// where it is decided, and from then on that server takes no new client. The mount of the server
// itself counts as one that stays, unless it leaves: it may be elected before it has greeted,
// and its server, which does not stop, would refuse it for ever.

import { fail, type Out } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Rules, Scoutfs } from "../protocol.ts";
import { farewellWorker } from "../server/farewell.ts";
import { asks, chooseQuorumMembers, type FarewellLocals } from "../server/farewell-lists.ts";
import { insertMountedClient, lookupMountedClient } from "../server/mounted-clients.ts";
import type { ServerCalls, ServerState } from "../server/types.ts";
import type { Variant } from "./types.ts";

/** Of the server that has let its last members go. */
type Leaving = ServerState & { lastFarewellsTerm?: number };

/** In the words of farewell_worker: who is mounted, besides those who go in any case. */
function countAgain(l: FarewellLocals, m: Mount, rules: Rules): void {
  const { server, super: own } = m;
  const { mountedClients } = server.dirtySuper;
  const goes = (rid: number) => l.send.some((fw) => fw.rid === rid);
  const stay = mountedClients.filter(({ rid }) => !goes(rid));
  const comes = !own.unmounting && mountedClients.every(({ rid }) => rid !== own.rid);
  l.quoMnts = stay.filter((item) => rules.countsAsMember(m, item, asks(l, item))).length;
  l.nonMnts = stay.length - l.quoMnts;
  if (comes) l.nonMnts++;
}

/** Counts, and looks whether the next step lets more members go than the others can spare. */
function decide(l: FarewellLocals, m: Mount, { api, rules }: Out<Scoutfs>): void {
  const server: Leaving = m.server;
  const votesNeeded = api.quorumVotesNeeded(m);
  countAgain(l, m, rules);
  const then = { ...l, send: [...l.send] };
  chooseQuorumMembers(then, votesNeeded, l.nonMnts !== 0);
  if (then.quoMnts < Math.min(l.quoMnts, votesNeeded)) server.lastFarewellsTerm = server.term;
}

export const lastFarewellsLetNobodyIn: Variant = {
  id: "last-farewells-let-nobody-in",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["FWL1"],
  says: "a server whose last members are leaving together takes no new client",
  steps: {
    farewell_worker: {
      sortNext(l: FarewellLocals, m, out, ret) {
        const next = farewellWorker.steps.sortNext(l, m, out, ret);
        if (next === "chooseQuorumMembers") decide(l, m, out);
        return next;
      },
    },
    insert_mounted_client: {
      insert(l: ServerCalls["insert_mounted_client"], m, out, ret) {
        const server: Leaving = m.server;
        const isKnown = "item" in lookupMountedClient(m, l.greeting.rid);
        if (server.lastFarewellsTerm !== server.term || isKnown) {
          return insertMountedClient.steps.insert(l, m, out, ret);
        }
        out.unlock("server.mounted_clients_mutex");
        out.note("a client comes when the last members leave");
        return fail("ENOLINK");
      },
    },
  },
};
