// A client that was reclaimed left connections behind. One that waited for it to come back had it
// fenced when the 20 s were over, as a rid that nobody knew any more. And requests that had come on
// one before its client died were handled after the reclaim, and gave locks to nobody. Here a
// reclaim ends the connections of the rid, and none of them waits: after a fence all of them, and
// it begins when they are gone, which ends what runs for them; after a farewell all but the latest,
// which still has to bear the response.

import { type Errno, ms, type Out, type Rid } from "../core/index.ts";
import { isListed } from "../fence/requests.ts";
import type { Mount } from "../mount/types.ts";
import { acceptedOf, connOf, destroyConn, shutdownConn } from "../net/connections.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { farewellWorker } from "../server/farewell.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import { reclaimWorker } from "../server/reclaim-worker.ts";
import { isStopping } from "../server/status.ts";
import type { Variant } from "./types.ts";

interface Locals {
  rid: Rid;
  /** There is nobody to reclaim. */
  error: Errno | undefined;
}

const PAUSE = ms(10);

function connectionsOf(m: Mount, rid: Rid): ConnHandle[] {
  const { conn } = m.server;
  return conn === undefined ? [] : acceptedOf(m, conn, rid);
}

function end(m: Mount, out: Out<Scoutfs>, conns: readonly ConnHandle[]): void {
  for (const h of conns) {
    const { flags } = connOf(m, h);
    if (flags.reconnFreeing) continue;
    if (flags.reconnWait) {
      flags.reconnFreeing = true;
      destroyConn(out, h);
    } else {
      flags.sawFarewell = true;
      shutdownConn(m, out, h);
    }
  }
}

export const reclaimedClientLeavesNoConnection: Variant = {
  id: "reclaimed-client-leaves-no-connection",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["RCL1", "FNC1", "FNC5", "LCK2"],
  says: "a reclaim ends the connections of the rid that nobody uses any more",
  steps: {
    reclaim_worker: {
      next(l: Locals, m, out, ret) {
        const next = reclaimWorker.steps.next(l, m, out, ret);
        if (l.error !== undefined || connectionsOf(m, l.rid).length === 0) return next;
        end(m, out, connectionsOf(m, l.rid));
        return { sleep: PAUSE, then: "ended" };
      },
      /** One that was being taken over, or let open, shows only now. A server that stops ends them
       *  all by itself. Whose farewell is through meanwhile has taken its request along. */
      ended({ rid }: Locals, m, out) {
        if (!isListed(m, rid)) {
          out.note("a client has left that was to be reclaimed");
          return "finishRecovery";
        }
        const left = connectionsOf(m, rid);
        if (left.length === 0 || isStopping(m)) {
          return { call: "reclaim_rid", args: { rid }, then: "reclaimed" };
        }
        end(m, out, left);
        return { sleep: PAUSE, then: "ended" };
      },
    },
    farewell_worker: {
      reclaimed(l: FarewellLocals, m, out, ret) {
        const fw = l.send[l.at];
        if (fw !== undefined && ret.error === undefined) {
          end(m, out, connectionsOf(m, fw.rid).slice(0, -1));
        }
        return farewellWorker.steps.reclaimed(l, m, out, ret);
      },
    },
  },
};
