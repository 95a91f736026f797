// In which quorum slot each mount of a capture is. A sender does not print its own slot, but
// whoever receives a message prints where it came from: where one mount alone has sent such a
// message and one slot alone was its source, the two are the same. What is settled so settles
// more.

import type { NumberedEvent } from "./ftrace/read.ts";

export interface SlotGuess {
  /** As many as the highest slot that was named asks for; there may be more. */
  readonly slots: number;
  readonly slotOf: ReadonlyMap<string, number>;
}

interface Talk {
  readonly senders: Set<string>;
  readonly sources: Set<number>;
}

const SENT = "scoutfs_quorum_send_message";
const RECEIVED = "scoutfs_quorum_recv_message";

export function slotsIn(events: Iterable<NumberedEvent>): SlotGuess {
  const talks = new Map<string, Talk>();
  let highest = -1;
  for (const { event } of events) {
    if (event.ev !== SENT && event.ev !== RECEIVED) continue;
    const { node, term, type, slot } = event;
    const key = `${String(type)} ${String(term)}`;
    const talk = talks.get(key) ?? { senders: new Set<string>(), sources: new Set<number>() };
    talks.set(key, talk);
    highest = Math.max(highest, Number(slot));
    if (event.ev === SENT) talk.senders.add(String(node));
    else talk.sources.add(Number(slot));
  }
  return { slots: highest + 1, slotOf: settled([...talks.values()]) };
}

function settled(talks: readonly Talk[]): Map<string, number> {
  const known = new Map<string, number>();
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const { senders, sources } of talks) {
      const told = new Set([...senders].map((name) => known.get(name)));
      const open = [...senders].filter((name) => !known.has(name));
      const left = [...sources].filter((slot) => !told.has(slot));
      const [name] = open;
      const [slot] = left;
      if (open.length !== 1 || left.length !== 1) continue;
      if (name !== undefined && slot !== undefined) known.set(name, slot);
    }
  }
  return known;
}
