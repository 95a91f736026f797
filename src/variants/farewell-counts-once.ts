// A client whose connection breaks again and again while the server drains the first of them comes
// back on several, and each may bring its farewell. The worker counts requests: two of one member
// stand for two members that leave. Here the last one of each rid counts, and the others go.

import { farewellWorker } from "../server/farewell.ts";
import type { FarewellLocals } from "../server/farewell-lists.ts";
import type { Variant } from "./types.ts";

export const farewellCountsOnce: Variant = {
  id: "farewell-counts-once",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["FWL1"],
  says: "a mount that asks to leave twice counts as one",
  steps: {
    farewell_worker: {
      countNext(l: FarewellLocals, m, out, ret) {
        const last = new Map(l.reqs.map((fw) => [fw.rid, fw]));
        l.reqs = l.reqs.filter((fw) => last.get(fw.rid) === fw);
        return farewellWorker.steps.countNext(l, m, out, ret);
      },
    },
  },
};
