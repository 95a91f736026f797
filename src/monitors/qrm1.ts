// QRM1: with three slots or more, one ELECT per term over all blocks; a slot's TERM events rise.
//
// An ELECT counts when its block write succeeded. With fewer slots the majority is one vote, so
// two members may be elected in one term (quorum.c: `votes_needed`), and only the second half is
// asked. Writes that a forced unmount refused never reached the disk and count for neither half.

import { fieldsOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  slots: number;
  slotOf: Record<number, number>;
  /** Who was elected, by term. */
  elected: Record<number, number>;
  /** The greatest term in a slot's TERM events. */
  term: Record<number, number>;
}

export const qrm1: EntryMonitor<State> = {
  promise: "QRM1",
  wants: wanted("cluster", "incarnation", "quorum_block_event_ret"),
  start: () => ({ slots: 0, slotOf: {}, elected: {}, term: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    if (entry.kind === "cluster") {
      s.slots = f.slots ?? 0;
    } else if (entry.kind === "incarnation") {
      s.slotOf[entry.mount] = f.slot ?? -1;
    } else if (succeeded(f) && f.event === "ELECT" && s.slots >= 3) {
      const term = f.term ?? 0;
      const other = s.elected[term];
      if (other !== undefined && other !== entry.mount) {
        judge.violate(`term ${term}`, `mounts ${other} and ${entry.mount} were elected in it`);
      }
      s.elected[term] = entry.mount;
    } else if (succeeded(f) && f.event === "TERM") {
      const term = f.term ?? 0;
      const slot = s.slotOf[entry.mount] ?? -1;
      const before = slot < 0 ? undefined : s.term[slot];
      if (before !== undefined && term <= before) {
        judge.violate(`slot ${slot}`, `wrote TERM ${term} after TERM ${before}`);
      }
      s.term[slot] = term;
    }
  },
};
