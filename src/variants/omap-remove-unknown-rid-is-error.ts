// Who is fenced because it missed recovery has never greeted this server, and so is not on its
// list of open maps. That was an error, and the reclaim stopped the server.

import { fail, type Rid } from "../core/index.ts";
import { omapRemoveRid } from "../omap/remove-rid.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly rid: Rid;
}

export const omapRemoveUnknownRidIsError: Variant = {
  id: "omap-remove-unknown-rid-is-error",
  kind: "regression",
  commit: "933fc687c3",
  area: "omap.c",
  promises: ["SRV2"],
  says: "to reclaim a client that never came to this server fails and stops the server",
  steps: {
    scoutfs_omap_remove_rid: {
      forget: (l: Locals, m, out, ret) =>
        m.omap.rids.includes(l.rid) ? omapRemoveRid.steps.forget(l, m, out, ret) : fail("ENOENT"),
    },
  },
};
