// A forced unmount ends, whatever the rest of the cluster does: it waits for nobody else.
//
// Bound: the longest that its own parts may sleep. A server that is starting cannot be interrupted
// in its wait for the fence agent (quorum.c:scoutfs_quorum_fence_leaders); I/O that was issued must
// come back; the rest is slack.

import { fieldsOf } from "../entries.ts";
import { deviceUs, fenceWaitUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const forcedUnmount: Obligation = {
  name: "forced unmount",
  wants: ["unmounting", "unmounted"],
  while: "fair",
  boundUs: () => fenceWaitUs + deviceUs + slackUs,
  on({ kind, mount, data }) {
    if (kind === "unmounted") return { closes: mount };
    return fieldsOf({ data } as never).force === true ? { opens: mount, of: 0 } : undefined;
  },
};
