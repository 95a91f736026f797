// A mount that fails is torn down as by a forced unmount. When it was elected meanwhile it could
// write no STOP, and the next leader had it fenced. Here its quorum worker leaves first, which
// stops the server and writes STOP; that needs nobody else.

import type { Variant } from "./types.ts";

export const failedMountLeavesQuorumFirst: Variant = {
  id: "failed-mount-leaves-quorum-first",
  kind: "repair",
  commit: undefined,
  area: "super.c",
  promises: ["FNC5"],
  says: "a mount that fails takes its quorum worker down before it isolates itself",
  steps: {
    scoutfs_fill_super: {
      out: (l) =>
        l.error === undefined
          ? "leave"
          : { call: "scoutfs_quorum_destroy", args: {}, then: "isolate" },
      isolate(_l, m) {
        m.super.forcingUnmount = true;
        return { call: "scoutfs_client_net_shutdown", args: {}, then: "putSuper" };
      },
    },
  },
};
