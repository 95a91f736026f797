// ISO1: after the forced-unmount flag is set no datagram send and no block I/O of that mount
// begins, and its quorum worker takes no message off the socket any more (quorum.c:recv_msg). I/O
// that was issued before may land, and messages that were queued may leave until their socket
// shuts. A recording does not show what was really sent (`sent` is the machine's), so there only
// what is received is judged.

import { kindOf, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  forced: Record<number, true>;
}

export const iso1: EntryMonitor<State> = {
  promise: "ISO1",
  wants: wanted("umount_begin_forced", "sent", "io", "quorum_recv_message"),
  start: () => ({ forced: {} }),
  on(entry, s, judge) {
    const { mount } = entry;
    if (kindOf(entry) === "umount_begin_forced") {
      s.forced[mount] = true;
      return;
    }
    if (s.forced[mount] !== true) return;
    const { did, op, block } = entry.data as { did?: string; op?: string; block?: string };
    if (entry.kind === "sent") {
      judge.violate(`mount ${mount}`, "sends a datagram after its forced unmount");
    } else if (entry.kind === "quorum_recv_message") {
      judge.violate(`mount ${mount}`, "receives a quorum message after its forced unmount");
    } else if (did === "issue") {
      judge.violate(`mount ${mount}`, `begins to ${op} block ${block} after its forced unmount`);
    }
  },
};
