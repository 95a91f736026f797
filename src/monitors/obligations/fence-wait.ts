// A starting server that waits for its fence requests goes on when none of them is without an
// answer any more: the answer wakes it (fence.c:scoutfs_fence_wait_fenced). Without being woken it
// would look again only when its 15 s are over. One more request is one more to wait for.
//
// Bound: being woken takes no time worth naming. The recordings need up to a millisecond.

import { kindOf } from "../entries.ts";
import { fenceRequest } from "./fence-request.ts";
import { serverStart } from "./server-start.ts";
import type { Obligation } from "./types.ts";

const wakeUs = 5_000_000;

export const fenceWait: Obligation = {
  name: "fence wait",
  wants: [
    ...["fence_start", "fenced_store", "fence.error", "fence_timeout"],
    ...["fence_leaders_ret", "net_listen", "server_work_exit"],
  ],
  while: "fair",
  boundUs: () => wakeUs,
  on(entry, _fair, isOpen) {
    const { mount } = entry;
    if (!["fenced_store", "fence.error", "fence_timeout"].includes(kindOf(entry))) {
      return { closes: mount };
    }
    const waits = isOpen(serverStart.name, mount) && !isOpen(fenceRequest.name, mount);
    return waits ? { opens: mount, of: 0 } : undefined;
  },
};
