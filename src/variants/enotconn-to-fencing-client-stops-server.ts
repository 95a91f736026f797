// Between the end of a client's connection and its reclaim the lock server still has its
// entries, and may try to send to it. That error stopped the server when the lock of another
// mount was reclaimed, and broke the connection of the client whose message was being handled.

import type { Variant } from "./types.ts";

export const enotconnToFencingClientStopsServer: Variant = {
  id: "enotconn-to-fencing-client-stops-server",
  kind: "regression",
  commit: "e54f8d3ec0",
  area: "lock_server.c",
  promises: ["SRV2"],
  says: "a lock message to a client that is about to be fenced stops the server",
  rules: { bearsLostClient: () => false },
};
