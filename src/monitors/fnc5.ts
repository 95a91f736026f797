// FNC5: a blameless mount is never fenced.
//
// Here a mount is to blame once its forced unmount has begun, once its driver says that a fault
// touches it (`fault`, with its rid), or when it is gone: its farewell was answered. The first is
// all that the recordings have: every mount that they fence was unmounted by force before, and a
// live leader which was superseded (g4) wrote STOP and was left alone. A leader of an old term
// whose power went, or a host that lost its network, needs its `fault` entry.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  ridOf: Record<number, number>;
  /** The rids that may be fenced. */
  blamed: Record<number, true>;
}

export const fnc5: EntryMonitor<State> = {
  promise: "FNC5",
  wants: wanted(
    "incarnation",
    "umount_begin_forced",
    "fault",
    "client_farewell_resp",
    "fence_start",
  ),
  start: () => ({ ridOf: {}, blamed: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    const own = s.ridOf[mount];
    switch (kindOf(entry)) {
      case "incarnation":
        s.ridOf[mount] = f.rid ?? 0;
        break;
      case "umount_begin_forced":
      case "client_farewell_resp":
        if (own !== undefined) s.blamed[own] = true;
        break;
      case "fault":
        s.blamed[f.rid ?? 0] = true;
        break;
      case "fence_start":
        if (s.blamed[f.rid ?? 0] !== true) {
          judge.violate(`rid ${f.rid}`, `mount ${mount} fences it and it did nothing wrong`);
        }
        break;
    }
  },
};
