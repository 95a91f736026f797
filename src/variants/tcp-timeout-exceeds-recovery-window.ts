// Silence of a server was borne for 60 s. The next server was elected and fenced the old one
// within 15 s, gave the clients 30 s to recover, and then had those fenced that still listened
// to the dead one.

import { seconds } from "../core/index.ts";
import { netSetup } from "../net/setup.ts";
import type { Variant } from "./types.ts";

export const tcpTimeoutExceedsRecoveryWindow: Variant = {
  id: "tcp-timeout-exceeds-recovery-window",
  kind: "regression",
  commit: "fd1df67efa",
  area: "options.c",
  promises: ["FNC5"],
  says: "clients notice after 60 s that their server has gone, and miss the next one's recovery",
  steps: {
    scoutfs_net_setup: {
      createQueues(l, m, out, ret) {
        Object.assign(m.net, { keepaliveTimeout: seconds(60) });
        return netSetup.steps.createQueues(l, m, out, ret);
      },
    },
  },
};
