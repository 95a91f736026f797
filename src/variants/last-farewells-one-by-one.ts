// The members that leave last together were let go by one commit each. A server that failed in
// between had let some of them go, and the others were too few to elect another. Here their items
// stay until all else of them is reclaimed, and then one commit deletes them: either all members
// are gone, or all can still vote.

import { done, free, type Out, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { farewellWorker } from "../server/farewell.ts";
import { asks, type FarewellLocals } from "../server/farewell-lists.ts";
import { type Holding, holdOf } from "../server/hold.ts";
import { deleteMountedClient } from "../server/mounted-clients.ts";
import type { ServerState } from "../server/types.ts";
import type { Variant } from "./types.ts";

interface Together {
  readonly term: number;
  readonly rids: readonly Rid[];
}
type Leaving = ServerState & { together?: Together | undefined };
type Locals = FarewellLocals & Holding & { toDelete: Rid[] };

/** Who leave last: their items stay, be they reclaimed or not. */
export function together({ server }: Mount): readonly Rid[] {
  const { together: last, term } = server as Leaving;
  return last?.term === term ? last.rids : [];
}

/** Members that go, when they leave fewer than an election needs. */
function lastMembers(l: FarewellLocals, m: Mount, { api, rules }: Out<Scoutfs>): Rid[] {
  const goes = (rid: Rid) => l.send.some((fw) => fw.rid === rid);
  const members = m.server.dirtySuper.mountedClients.filter((item) =>
    rules.countsAsMember(m, item, goes(item.rid) || asks(l, item)),
  );
  const go = members.map(({ rid }) => rid).filter(goes);
  const enoughStay = members.length - go.length >= api.quorumVotesNeeded(m);
  return enoughStay || go.length === 1 ? [] : go;
}

export const lastFarewellsOneByOne: Variant = {
  id: "last-farewells-one-by-one",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "one commit lets all members go that leave last",
  steps: {
    delete_mounted_client: {
      delete(l: { readonly rid: Rid }, m, out, ret) {
        if (!together(m).includes(l.rid)) return deleteMountedClient.steps.delete(l, m, out, ret);
        out.unlock("server.mounted_clients_mutex");
        return done();
      },
    },
    farewell_worker: {
      delay(l: Locals, m, out, ret) {
        const next = farewellWorker.steps.delay(l, m, out, ret);
        if (next === "reclaim") {
          const server: Leaving = m.server;
          server.together = { term: server.term, rids: lastMembers(l, m, out) };
        }
        return next;
      },
      respond(l: Locals, m, out, ret) {
        if (together(m).length === 0) return farewellWorker.steps.respond(l, m, out, ret);
        return { call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "deleteAll" };
      },
      /** From here on whoever deletes one of them is in the commit that is held. */
      deleteAll(l: Locals, m) {
        const server: Leaving = m.server;
        l.toDelete = [...together(m)];
        server.together = undefined;
        return "deleteNext";
      },
      deleteNext(l: Locals, m, _out, { error }) {
        const rid = error === undefined ? l.toDelete.shift() : undefined;
        if (rid !== undefined) {
          return { call: "delete_mounted_client", args: { rid }, then: "deleteNext" };
        }
        const args = { hold: holdOf(l, m), err: error };
        return { call: "server_apply_commit", args, then: "deleted" };
      },
      deleted(l: Locals, m, _out, { error }) {
        free(m.server.holds, holdOf(l, m));
        l.error = error;
        return error === undefined ? "respond" : "giveBack";
      },
    },
  },
};
