// A client that came back after the recovery timer had asked for its fencing was greeted all the
// same, and then isolated and reclaimed. What it had left behind meanwhile outlived that: its
// farewell had it reclaimed again, and its connection, 20 s after it broke, had it fenced again.
// Here a greeting fails as long as the server has a fence request for its rid.

import type { Errno } from "../core/index.ts";
import { isListed } from "../fence/requests.ts";
import type { Greeting } from "../net/types.ts";
import { RECOV_GREETING } from "../recov/api.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly gr: Greeting;
  error: Errno | undefined;
}

export const clientBeingFencedIsNotGreeted: Variant = {
  id: "client-being-fenced-is-not-greeted",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["RCL1", "FNC1", "FNC3"],
  says: "a client that is being fenced may not come back",
  steps: {
    server_greeting: {
      recovered(l: Locals, m, out) {
        if (isListed(m, l.gr.rid)) {
          out.note("a client comes back that is being fenced");
          l.error = "ENOLINK";
          return "respond";
        }
        const args = { rid: l.gr.rid, which: RECOV_GREETING };
        return { call: "scoutfs_server_recov_finish", args, then: "respond" };
      },
    },
  },
};
