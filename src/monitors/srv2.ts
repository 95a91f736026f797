// SRV2: a server stops only for a cause: its quorum worker told it to (newer term, unmount, forced
// unmount), its start failed, a fence request was marked error, or a reclaim failed.
//
// As far as events tell: that a listening socket or a device failed shows in none of them, so such
// a stop would be taken for one without a cause; the recordings have none. The quorum worker calls
// server_stop when it no longer leads and server_stop_wait when it ends, at either kind of unmount.

import { fieldsOf, reclaimed, succeeded } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  /** Of a mount whose server runs: whether a cause to stop has been seen. */
  cause: Record<number, boolean>;
}

export const srv2: EntryMonitor<State> = {
  promise: "SRV2",
  wants: [
    ...["server_work_enter", "server_work_exit", "server_stop", "server_stop_wait"],
    ...["fence_leaders_ret", "reclaim_rid_ret", "fence_timeout"],
  ],
  start: () => ({ cause: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    switch (entry.kind) {
      case "server_work_enter":
        s.cause[mount] = false;
        break;
      case "server_stop":
      case "server_stop_wait":
        s.cause[mount] = true;
        break;
      case "fence_leaders_ret":
        if (!succeeded(f)) s.cause[mount] = true;
        break;
      case "reclaim_rid_ret":
        if (!reclaimed(f)) s.cause[mount] = true;
        break;
      case "fence_timeout":
        // The probe does not say whose request it was.
        for (const running of Object.keys(s.cause)) s.cause[Number(running)] = true;
        break;
      case "server_work_exit":
        if (s.cause[mount] === false && (f.ret === undefined || succeeded(f))) {
          judge.violate(`mount ${mount}`, "its server stopped and nothing had asked it to");
        }
        delete s.cause[mount];
        break;
    }
  },
};
