// A server that stopped kept its list of those who are asked for open maps. They leave by way of
// the next server, and nobody took them off: had the same mount been elected again, it would have
// waited for the maps of clients that had long gone.

import { done } from "../core/index.ts";
import type { Variant } from "./types.ts";

export const openMapListOutlivesItsServer: Variant = {
  id: "open-map-list-outlives-its-server",
  kind: "regression",
  commit: "310725eb72",
  area: "omap.c",
  promises: ["RCL1"],
  says: "a server that stops keeps its list of those who are asked for their open maps",
  steps: { scoutfs_omap_server_shutdown: { freeRids: (_l) => done() } },
};
