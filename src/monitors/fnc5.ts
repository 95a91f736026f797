// FNC5: a blameless mount is never fenced.
//
// Here a mount is to blame once its forced unmount has begun, once its driver says that a fault
// touches it (`fault`, with its rid), or when it is gone: its farewell was answered. The first is
// all that the recordings have: every mount that they fence was unmounted by force before, and a
// live leader which was superseded (g4) wrote STOP and was left alone. A leader of an old term
// whose power went, or a host that lost its network, needs its `fault` entry.

import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  ridOf: Record<number, number>;
  /** By rid: the term of its last ELECT, and whether it wrote STOP since. */
  elected: Record<number, number>;
  stopped: Record<number, true>;
  /** The rids that may be fenced. */
  blamed: Record<number, true>;
}

/** What happened, as far as the blocks tell. */
function storyOf(s: State, by: number, rid: number): string {
  const term = s.elected[rid];
  if (term === undefined) return "and it did nothing wrong";
  const own = s.elected[s.ridOf[by] ?? 0];
  if (own === term) return `and it did nothing wrong: both were elected in term ${term}`;
  const stop = s.stopped[rid] ? "wrote STOP too late to be read" : "its block has no STOP yet";
  return `and it did nothing wrong: it was elected in term ${term} and ${stop}`;
}

export const fnc5: EntryMonitor<State> = {
  promise: "FNC5",
  wants: wanted(
    "incarnation",
    "umount_begin_forced",
    "fault",
    "client_farewell_resp",
    "fence_start",
    "quorum_block_event_ret",
  ),
  start: () => ({ ridOf: {}, elected: {}, stopped: {}, blamed: {} }),
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
      case "quorum_block_event_ret":
        if (!succeeded(f) || own === undefined) break;
        if (f.event === "ELECT") {
          s.elected[own] = f.term ?? 0;
          delete s.stopped[own];
        }
        if (f.event === "STOP") s.stopped[own] = true;
        break;
      case "fault":
        s.blamed[f.rid ?? 0] = true;
        break;
      case "fence_start":
        if (s.blamed[f.rid ?? 0] !== true) {
          const story = storyOf(s, mount, f.rid ?? 0);
          judge.violate(`rid ${f.rid}`, `mount ${mount} fences it ${story}`);
        }
        break;
    }
  },
};
