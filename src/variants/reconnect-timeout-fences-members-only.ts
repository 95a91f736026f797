// Who has unmounted may have a connection left. It broke while the farewell was reclaimed, kept the
// response, and waited for a client that had seen that its item was gone; or the client came back
// for the response, was greeted without an item, as who says farewell is, and that one broke too.
// After 20 s the server had it fenced, and whoever else was on that host. Here the work that gives
// up on connections looks first whether their client is mounted, as recovery does for the address.
// The last to leave, who go by one commit, are not mounted although their items are still there.

import type { Mount } from "../mount/types.ts";
import { mayBeMounted } from "../server/mounted-clients.ts";
import { together } from "./last-farewells-one-by-one.ts";
import type { Variant } from "./types.ts";

export const reconnectTimeoutFencesMembersOnly: Variant = {
  id: "reconnect-timeout-fences-members-only",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC1", "FNC5"],
  says: "a client without an item is not fenced when it does not come back",
  rules: {
    fencesUnmounted: (m, rid) =>
      mayBeMounted(m as Mount, rid) && !together(m as Mount).includes(rid),
  },
};
