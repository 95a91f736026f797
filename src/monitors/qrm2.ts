// QRM2: a slot campaigns only if its worker took no heartbeat of its term off the socket within its
// heartbeat timeout, unless a resignation or a message of a newer term has since shortened it.
//
// Heartbeats that still lie in the socket do not count: what the recordings and the model's trace
// show is the moment at which the worker takes them. A heartbeat of a newer term counts as one of
// its own, since it is taken over (quorum.c:scoutfs_quorum_worker). A candidacy ends what was
// heard before, as does being elected.

import { fieldsOf, wanted } from "./entries.ts";
import type { EntryMonitor } from "./types.ts";

/** CONFIG_HZ 250: a timeout in jiffies may end this much early, and the clocks agree to less. */
const slackUs = 5_000;

interface Listener {
  term: number;
  /** When it last took a heartbeat that binds it still; undefined: none does. */
  heard: number | undefined;
  /** The option of its mount, and as that heartbeat met it. */
  timeoutUs: number;
  boundUs: number;
}
interface State {
  timeoutUs: number;
  listeners: Record<number, Listener>;
}

export const qrm2: EntryMonitor<State> = {
  promise: "QRM2",
  wants: wanted(
    "cluster",
    "heartbeat_timeout",
    "quorum_loop",
    "quorum_recv_message",
    "quorum_send_message",
  ),
  start: () => ({ timeoutUs: 0, listeners: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    if (entry.kind === "cluster") {
      s.timeoutUs = (f.heartbeatTimeoutMs ?? 0) * 1000;
      return;
    }
    const { timeoutUs } = s;
    s.listeners[entry.mount] ??= { term: 0, heard: undefined, timeoutUs, boundUs: timeoutUs };
    const own = s.listeners[entry.mount] as Listener;
    if (entry.kind === "heartbeat_timeout") {
      own.timeoutUs = (f.heartbeatTimeoutMs ?? 0) * 1000;
      // one that was just taken may meet either
      own.boundUs = Math.min(own.boundUs, own.timeoutUs);
      return;
    }
    const term = f.term ?? 0;
    if (entry.kind === "quorum_loop") {
      // what was taken before was of an older term: only now that is known
      if (own.term < term) own.heard = undefined;
      // the turn shows the term before its message: it must not take back what that one brought
      own.term = Math.max(own.term, term);
      if (f.role !== "follower") own.heard = undefined;
    } else if (entry.kind === "quorum_recv_message") {
      if (f.type === "HEARTBEAT" && term >= own.term) {
        own.heard = entry.at;
        own.boundUs = own.timeoutUs;
      } else if (term > own.term) own.heard = undefined;
      else if (f.type === "RESIGNATION" && term === own.term) own.heard = undefined;
      own.term = Math.max(own.term, term);
    } else if (f.type === "REQUEST_VOTE") {
      const { heard } = own;
      if (heard !== undefined && entry.at - heard < own.boundUs - slackUs) {
        const after = Math.round((entry.at - heard) / 1000);
        judge.violate("REQUEST_VOTE", `campaigns ${after} ms after a heartbeat of its leader`);
      }
      own.heard = undefined;
    }
  },
};
