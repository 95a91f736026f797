// Who is the last was counted before those were kept back whose locks are still recovered: they
// counted as leaving, the other members went, and with them the server and the majority. Here
// whoever has to wait for its locks is put aside where the requests are sorted. It counts as one
// that stays, so the last members wait for it, and the end of its recovery queues the worker again,
// as its fencing does. A recovery is only ever over, never new, while a server runs, so that who
// was not put aside is not kept back later either.

import { farewellWorker } from "../server/farewell.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import type { FarewellRequest } from "../server/types.ts";
import type { Variant } from "./types.ts";

interface Locals extends FarewellLocals {
  /** Those who wait for their locks. */
  recovering?: FarewellRequest[];
}

export const lastFarewellsWaitForRecovery: Variant = {
  id: "last-farewells-wait-for-recovery",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "who is kept back for its lock recovery counts as one that stays, and the last wait for it",
  steps: {
    farewell_worker: {
      sort(l: Locals, m, out, ret) {
        const fw = l.reqs[l.at];
        if (fw === undefined || !out.rules.mustWaitForLockRecovery(m, out, fw.rid)) {
          return farewellWorker.steps.sort(l, m, out, ret);
        }
        out.unlock("server.mounted_clients_mutex");
        out.note("farewell waits for lock recovery");
        l.reqs.splice(l.at, 1);
        l.recovering = [...(l.recovering ?? []), fw];
        return "sortNext";
      },
      giveBack(l: Locals, m, out, ret) {
        l.reqs.push(...(l.recovering ?? []));
        l.recovering = [];
        return farewellWorker.steps.giveBack(l, m, out, ret);
      },
    },
  },
};
