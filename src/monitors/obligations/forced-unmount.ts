// A forced unmount ends, whatever the rest of the cluster does: it waits for nobody else.
//
// Bound: the longest that its own parts may sleep. A server that is starting cannot be interrupted
// in its wait for the fence agent (quorum.c:scoutfs_quorum_fence_leaders), and nobody wakes a
// member that hears nothing before its heartbeat timeout (quorum.c:recv_msg; scoutfs_quorum_destroy
// waits for its work); of one mount it is one or the other. I/O that was issued must come back; the
// rest is slack.

import { fieldsOf } from "../entries.ts";
import { deviceUs, fenceWaitUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const forcedUnmount: Obligation = {
  name: "forced unmount",
  wants: ["unmounting", "unmounted"],
  while: "fair",
  boundUs: ({ heartbeatTimeoutMs }) =>
    Math.max(fenceWaitUs, heartbeatTimeoutMs * 1000) + deviceUs + slackUs,
  on({ kind, mount, data }) {
    if (kind === "unmounted") return { closes: mount };
    return fieldsOf({ data } as never).force === true ? { opens: mount, of: 0 } : undefined;
  },
};
