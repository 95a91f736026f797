// server_down looks at the status and swaps it in two steps. A stop between them made the swap
// fail, and the server stayed STOPPING for good. Here it looks again.

import { done } from "../core/index.ts";
import { compareAndSet } from "../server/status.ts";
import type { Variant } from "./types.ts";

export const serverDownAlwaysEndsDown: Variant = {
  id: "server-down-always-ends-down",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["QRM4", "SRV3"],
  says: "a server that has finished is DOWN, whoever stops it at that moment",
  steps: {
    server_down: {
      swap(l, m, out) {
        const change = { from: l.was, to: "DOWN", cause: "finished" } as const;
        return compareAndSet(m, out, change) ? done() : "look";
      },
    },
  },
};
