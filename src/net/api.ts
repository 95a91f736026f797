// What neighbours call in net.c from inside one of their own atomic regions.

import type { NetApi, NetProtocol } from "./types.ts";

export const netApi: Pick<NetApi<NetProtocol>, "netClientGreeting"> = {
  netClientGreeting() {},
};
