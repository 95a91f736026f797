// What the folders call synchronously in one another, as the plain model has it. A world adds what
// only it can know (`sysfsStored`), since that reaches beyond one mount.

import { clientNotifyDown, clientRequests } from "./client/api.ts";
import { fenceApi } from "./fence/api.ts";
import { lockApi } from "./lock/api.ts";
import { netApi } from "./net/api.ts";
import type { Api } from "./protocol.ts";
import { quorumApi } from "./quorum/api.ts";
import { recovApi } from "./recov/api.ts";
import { serverApi, serverRequests } from "./server/api.ts";

export const mainApi: Omit<Api, "sysfsStored"> = {
  ...serverApi,
  ...recovApi,
  ...quorumApi,
  ...fenceApi,
  ...netApi,
  requestFunction: (side, cmd) => (side === "server" ? serverRequests : clientRequests)[cmd],
  ...lockApi,
  /** Stands for trans.c. */
  transSampleSeq: () => 0,
  /** Stands for item.c. */
  itemRangeCached: () => ({ cached: false, dirty: false }),
  notifyDownLocked(m, out, name) {
    if (name === "server_notify_down") serverApi.serverListenerDown(m, out);
    else clientNotifyDown(m, out);
  },
};
