// What the folders call synchronously in one another, as the plain model has it. A world adds what
// only it can know (`sysfsStored`), since that reaches beyond one mount.

import { clientNotifyDown, clientRequests } from "./client/api.ts";
import { fenceApi } from "./fence/api.ts";
import { inodeApi } from "./inode/api.ts";
import { itemApi } from "./item/api.ts";
import { lockApi } from "./lock/api.ts";
import { netApi } from "./net/api.ts";
import { omapApi } from "./omap/api.ts";
import type { Api } from "./protocol.ts";
import { quorumApi } from "./quorum/api.ts";
import { recovApi } from "./recov/api.ts";
import { serverApi, serverRequests } from "./server/api.ts";
import { transApi } from "./trans/api.ts";

export const mainApi: Omit<Api, "sysfsStored"> = {
  ...serverApi,
  ...recovApi,
  ...quorumApi,
  ...fenceApi,
  ...netApi,
  requestFunction: (side, cmd) => (side === "server" ? serverRequests : clientRequests)[cmd],
  ...lockApi,
  ...omapApi,
  ...inodeApi,
  ...transApi,
  ...itemApi,
  notifyDownLocked(m, out, name) {
    if (name === "server_notify_down") serverApi.serverListenerDown(m, out);
    else clientNotifyDown(m, out);
  },
};
