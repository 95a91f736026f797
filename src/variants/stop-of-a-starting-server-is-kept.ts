// stop_server looks at the status and swaps it in two steps. A server that came up between them
// was not stopped, and whoever waited for that waited for ever. Here it looks again.

import { done } from "../core/index.ts";
import { becomeStopping } from "../server/status.ts";
import type { Variant } from "./types.ts";

export const stopOfAStartingServerIsKept: Variant = {
  id: "stop-of-a-starting-server-is-kept",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["SRV3", "LIVE"],
  says: "a stop that comes while the server gets up stops it",
  steps: {
    stop_server: {
      swap: (l, m, out) => (becomeStopping(m, out, l) ? done() : "look"),
    },
  },
};
