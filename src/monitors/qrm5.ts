// QRM5: only a slot's occupant writes its quorum block.
//
// The occupant is the mount that was given the slot and, of several, the one that wrote BEGIN last
// (quorum.c: every other event compares the rid of BEGIN with the mount's own). The device shows
// who writes which block; a recording shows only the event, which is of the mount's own slot. A
// look and a write of the block are two moments: a BEGIN that lands between them is not held
// against the writer.

import { fieldsOf, succeeded } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  slotOf: Record<number, number>;
  /** Who wrote BEGIN last, by slot. */
  occupant: Record<number, number>;
  /** Who was the occupant when a mount last began to update its block. */
  seen: Record<number, number>;
}

export const qrm5: EntryMonitor<State> = {
  promise: "QRM5",
  wants: ["incarnation", "quorum_block_event", "quorum_block_event_ret", "io"],
  start: () => ({ slotOf: {}, occupant: {}, seen: {} }),
  on(entry, s, judge) {
    const { mount, kind } = entry;
    const f = fieldsOf(entry);
    if (kind === "io") {
      const { did, op, block } = entry.data as { did?: string; op?: string; block?: string };
      if (did !== "issue" || op !== "write" || !block?.startsWith("quorum.")) return;
      if (block !== `quorum.${s.slotOf[mount]}`) {
        judge.violate(
          `mount ${mount}`,
          `writes block ${block}, and its slot is ${s.slotOf[mount]}`,
        );
      }
      return;
    }
    if (kind === "incarnation") {
      s.slotOf[mount] = f.slot ?? -1;
      return;
    }
    const slot = s.slotOf[mount] ?? -1;
    if (kind === "quorum_block_event") s.seen[mount] = s.occupant[slot] ?? -1;
    else if (!succeeded(f) || slot < 0) return;
    else if (f.event === "BEGIN") s.occupant[slot] = mount;
    else {
      const other = s.seen[mount] ?? -1;
      if (other >= 0 && other !== mount) {
        const text = `mount ${mount} writes ${f.event} where mount ${other} has begun since`;
        judge.violate(`slot ${slot}`, text);
      }
    }
  },
};
