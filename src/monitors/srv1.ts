// SRV1: once the server of a later term has passed its fence phase, no server commit of an earlier
// term ends, unless that mount was isolated first.
//
// The fence phase is passed when fence_leaders returns 0. Isolated means forced unmount: a commit
// that ends after it was refused by the device layer, and a recording does not show its result.
// Judged by commits; a super block that a server writes outside of one leaves no event.
//
// What the phase promises to later servers is kept too: it ends well only when each of the mount's
// fence requests has an answer, be it an error (fence.c:scoutfs_fence_wait_fenced), and FENCE, by
// which the next server knows whom it need not fence again, is written only after it has
// (quorum.c:scoutfs_quorum_worker). Recordings do not show whose request an agent answers, so there
// only the second is judged.

import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

interface State {
  /** The term of a mount's running server. */
  term: Record<number, number>;
  isolated: Record<number, true>;
  /** The greatest term whose server passed its fence phase, and who that is. */
  passed: number;
  by: number;
  /** The rids of a mount's fence requests without an answer. */
  unanswered: Record<number, number[]>;
}

function answered(s: State, mount: number, rid: number | undefined): void {
  s.unanswered[mount] = (s.unanswered[mount] ?? []).filter((one) => one !== rid);
}

/** A second request for a rid adds nothing to the first. */
function dropLast(list: readonly number[], rid: number | undefined): number[] {
  return list.toSpliced(list.lastIndexOf(rid ?? 0), 1);
}

/** The model's part. */
const requests = ["fence.start", "fence.duplicate", "fence.fenced", "fence.error", "fence.free"];

export const srv1: EntryMonitor<State> = {
  promise: "SRV1",
  wants: wanted(
    ...["server_start", "server_work_exit", "fence_leaders_ret", "umount_begin_forced"],
    ...["server_commit_end", "incarnation", "quorum_block_event"],
    ...requests,
  ),
  start: () => ({ term: {}, isolated: {}, passed: 0, by: -1, unanswered: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    if (entry.kind === "fence.start") {
      s.unanswered[mount] = [...(s.unanswered[mount] ?? []), f.rid ?? 0];
    } else if (entry.kind === "fence.duplicate") {
      s.unanswered[mount] = dropLast(s.unanswered[mount] ?? [], f.rid);
    } else if (requests.includes(entry.kind)) answered(s, mount, f.rid);
    switch (kindOf(entry)) {
      case "incarnation":
        delete s.isolated[mount];
        break;
      case "server_start":
        s.term[mount] = f.term ?? 0;
        break;
      case "server_work_exit":
        delete s.term[mount];
        delete s.unanswered[mount];
        break;
      case "quorum_block_event":
        if (f.event === "FENCE" && (f.term ?? 0) > s.passed) {
          judge.violate(`mount ${mount}`, `writes FENCE in term ${f.term} and is still fencing`);
        }
        break;
      case "umount_begin_forced":
        s.isolated[mount] = true;
        break;
      case "fence_leaders_ret":
        if (succeeded(f) && (s.unanswered[mount] ?? []).length > 0) {
          const rids = s.unanswered[mount]?.join(", ");
          judge.violate(`mount ${mount}`, `goes on although nobody has answered for rid ${rids}`);
        }
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
