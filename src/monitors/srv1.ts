// SRV1: once the server of a later term has passed its fence phase, no server commit of an earlier
// term ends, unless that mount was isolated first.
//
// The fence phase is passed when fence_leaders returns 0. Isolated means forced unmount: a commit
// that ends after it was refused by the device layer, and a recording does not show its result.
// Judged by commits; a super block that a server writes outside of one leaves no event.

import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  /** The term of a mount's running server. */
  term: Record<number, number>;
  isolated: Record<number, true>;
  /** The greatest term whose server passed its fence phase, and who that is. */
  passed: number;
  by: number;
}

export const srv1: EntryMonitor<State> = {
  promise: "SRV1",
  wants: wanted(
    ...["server_start", "server_work_exit", "fence_leaders_ret", "umount_begin_forced"],
    ...["server_commit_end", "incarnation"],
  ),
  start: () => ({ term: {}, isolated: {}, passed: 0, by: -1 }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    switch (kindOf(entry)) {
      case "incarnation":
        delete s.isolated[mount];
        break;
      case "server_start":
        s.term[mount] = f.term ?? 0;
        break;
      case "server_work_exit":
        delete s.term[mount];
        break;
      case "umount_begin_forced":
        s.isolated[mount] = true;
        break;
      case "fence_leaders_ret":
        if (succeeded(f) && (f.term ?? 0) > s.passed) {
          s.passed = f.term ?? 0;
          s.by = mount;
        }
        break;
      case "server_commit_end": {
        const term = s.term[mount];
        if (term !== undefined && term < s.passed && s.isolated[mount] === undefined) {
          const text = `commits in term ${term} although mount ${s.by} leads since ${s.passed}`;
          judge.violate(`mount ${mount}`, text);
        }
        break;
      }
    }
  },
};
