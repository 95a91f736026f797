// A client that unmounts asks to leave and waits for the response. Mirrors server_farewell,
// queue_farewell_work and farewell_worker of server.c. The response may wait: a quorum member stays
// while the others could not elect a server without it, and whoever still recovers locks stays
// until that is done. What the mount had is reclaimed, durably, before it hears of it.

import { assert, done, get, program } from "../core/index.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import {
  asks,
  chooseQuorumMembers,
  countMounted,
  type FarewellLocals,
  freshLocals,
  sortRequest,
  takeBack,
} from "./farewell-lists.ts";
import { listenerOf, responseTo } from "./messages.ts";
import { lookupMountedClient, nextMountedClient } from "./mounted-clients.ts";
import { isStopping } from "./status.ts";
import type { OfServer } from "./types.ts";

export const serverFarewell = program<Scoutfs>()({
  name: "server_farewell",
  source: "server.c:server_farewell",
  start: "enter",
  locals: ({ conn, id }: RequestArgs) => ({ conn, id }),
  waits: {},
  steps: {
    enter(l, m, out) {
      const { rid } = get(m.net.conns, l.conn);
      out.emit({ kind: "server_farewell", rid, id: l.id });
      return "add";
    },
    /** Under the lock of the list: those who came at once are not answered in the order in which
     *  they came. */
    add(l, m) {
      const { rid } = get(m.net.conns, l.conn);
      m.server.farewellRequests.push({ rid, netId: l.id });
      return { call: "queue_farewell_work", args: {}, then: "queued" };
    },
    queued: (_l) => done(),
  },
});

/** Looks and queues in two steps: a stop between them, with its flush, comes before the work. */
export const queueFarewellWork = program<Scoutfs>()({
  name: "queue_farewell_work",
  source: "server.c:queue_farewell_work",
  start: "look",
  locals: () => ({}),
  waits: {},
  steps: {
    look(_l, m, out) {
      if (!isStopping(m)) return "queue";
      out.ignored("the server is stopping: the next one hears the farewell again");
      return done();
    },
    queue(_l, _m, out) {
      out.queueWork("server.wq", "farewell_worker");
      return done();
    },
  },
});

/** What is left of `out:` in the C when the error is kept. */
function failed(l: FarewellLocals, error: FarewellLocals["error"]): "giveBack" {
  l.error = error;
  return "giveBack";
}

export const farewellWorker = program<Scoutfs>()({
  name: "farewell_worker",
  source: "server.c:farewell_worker",
  reads: "dirty",
  start: "take",
  locals: (_a: OfServer) => freshLocals(),
  waits: {},
  steps: {
    /** Requests that come from here on are for the next run. */
    take(l, m, out) {
      out.emit({ kind: "farewell_worker" });
      l.reqs = m.server.farewellRequests;
      m.server.farewellRequests = [];
      return "countNext";
    },
    countNext: (_l) => ({ lock: "server.mounted_clients_mutex", then: "count" }),
    count(l, m, out) {
      const next = nextMountedClient(m, l.key);
      out.unlock("server.mounted_clients_mutex");
      if ("item" in next) {
        countMounted(l, next.item, out.rules.countsAsMember(m, next.item, asks(l, next.item)));
        return "countNext";
      }
      return next.error === "ENOENT" ? "sortNext" : failed(l, next.error);
    },
    sortNext: (l) =>
      l.at < l.reqs.length
        ? { lock: "server.mounted_clients_mutex", then: "sort" }
        : "chooseQuorumMembers",
    sort(l, m, out) {
      const fw = l.reqs[l.at];
      assert(fw !== undefined, "a request to sort");
      const found = lookupMountedClient(m, fw.rid);
      out.unlock("server.mounted_clients_mutex");
      if ("error" in found && found.error !== "ENOENT") return failed(l, found.error);
      sortRequest(l, "item" in found ? found.item : undefined);
      return "sortNext";
    },
    chooseQuorumMembers(l, m, out) {
      const asks = l.reqs.length > 0 && l.nonMnts !== 0;
      const othersStay = asks && out.rules.lastMembersWaitForOthers();
      chooseQuorumMembers(l, out.api.quorumVotesNeeded(m), othersStay);
      if (l.reqs.length > 0) out.note("farewell of a quorum member waits for the others");
      l.at = 0;
      return "delay";
    },
    /** One entry at a time: each asks under the lock of recovery. */
    delay(l, m, out) {
      const fw = l.send[l.at];
      if (fw === undefined) {
        l.at = 0;
        return "reclaim";
      }
      if (out.rules.mustWaitForLockRecovery(m, out, fw.rid)) {
        out.note("farewell waits for lock recovery");
        takeBack(l);
      } else l.at++;
      return "delay";
    },
    reclaim(l) {
      const fw = l.send[l.at];
      if (fw === undefined) return "respond";
      return { call: "reclaim_rid", args: { rid: fw.rid }, then: "reclaimed" };
    },
    reclaimed(l, _m, _out, { error }) {
      if (error !== undefined) return failed(l, error);
      l.at++;
      return "reclaim";
    },
    respond(l, m) {
      const fw = l.send[0];
      if (fw === undefined) return "giveBack";
      const conn = listenerOf(m);
      if (conn === undefined) return "giveBack";
      const message = { rid: fw.rid, cmd: "FAREWELL", data: undefined, id: fw.netId } as const;
      return { call: "submit_send", args: responseTo(conn, message), then: "responded" };
    },
    /** The first that cannot be sent ends the sending, for the others too, and is no error. */
    responded(l, _m, out, { error }) {
      if (error !== undefined) {
        out.note("farewell response could not be sent, the rest wait with it");
        return "giveBack";
      }
      const fw = l.send.shift();
      assert(fw !== undefined, "the request that was answered");
      out.emit({ kind: "server.farewell_sent", rid: fw.rid, id: fw.netId });
      return "respond";
    },
    /** Only what came meanwhile asks for another run: it is sampled before the rest goes back. */
    giveBack(l, m) {
      const { server } = m;
      l.moreReqs = server.farewellRequests.length > 0;
      server.farewellRequests = [...l.send, ...l.reqs, ...server.farewellRequests];
      l.send = [];
      l.reqs = [];
      return "finish";
    },
    finish(l) {
      if (l.error !== undefined) {
        const cause = `farewell_worker: ${l.error}`;
        return { call: "stop_server", args: { cause }, then: "leave" };
      }
      return l.moreReqs ? { call: "queue_farewell_work", args: {}, then: "leave" } : "leave";
    },
    leave: (_l) => done(),
  },
});
