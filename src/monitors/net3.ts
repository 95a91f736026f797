// NET3: a response meets only the request of the server instance that caused it.
//
// A response names its request by an id, and ids of a server's requests begin anew with each
// connection that is not a reconnect. So a response whose request has not even arrived, on this
// lineage, answers another one: one of an earlier server, since a client's ids never come again.
// Where both have the id and both have arrived, the response to a lock is told by its key, which a
// recording does not have with the id.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import {
  followLineages,
  forgetEnded,
  type Lineages,
  lineageKinds,
  lineageOf,
  lineages,
  sentBy,
} from "./lineages.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

interface State {
  readonly lines: Lineages;
  /** By lineage and who asks: which requests were sent, and which of them have arrived. */
  asked: Record<string, Record<number, string>>;
  arrived: Record<string, Record<number, true>>;
  /** By lineage and way: the last seq that arrived. */
  seqs: Record<string, number>;
}

function onRequest(s: State, entry: Seen, key: string): void {
  const { id = 0, cmd = "" } = fieldsOf(entry);
  if (entry.kind === "net_send_message") {
    s.asked[key] ??= {};
    s.asked[key][id] = cmd;
  } else {
    s.arrived[key] ??= {};
    s.arrived[key][id] = true;
  }
}

/** Only the first to arrive meets anything. */
function onResponse(s: State, entry: Seen, key: string, judge: Judge): void {
  const { id = 0, cmd } = fieldsOf(entry);
  const asked = s.asked[key] ?? {};
  const arrived = s.arrived[key] ?? {};
  if (asked[id] !== cmd) return;
  if (arrived[id] !== true) {
    const text = `a response to ${cmd} ${id} meets a request that has not arrived`;
    judge.violate(`mount ${entry.mount}`, text);
  }
  delete asked[id];
  delete arrived[id];
}

/** False for what the receiver drops. */
function isNew(s: State, entry: Seen, lineage: string): boolean {
  const { seq = 0 } = fieldsOf(entry);
  const way = `${lineage} ${sentBy(entry)}`;
  if (seq <= (s.seqs[way] ?? 0)) return false;
  s.seqs[way] = seq;
  return true;
}

function onMessage(s: State, entry: Seen, judge: Judge): void {
  const lineage = lineageOf(s.lines, entry);
  const { resp, side, cmd } = fieldsOf(entry);
  if (lineage === undefined || cmd === "GREETING") return;
  const isSent = entry.kind === "net_send_message";
  if (!isSent && !isNew(s, entry, lineage)) return;
  if (resp === 0) onRequest(s, entry, `${lineage} ${sentBy(entry)}`);
  else if (!isSent) onResponse(s, entry, `${lineage} ${side}`, judge);
}

export const net3: EntryMonitor<State> = {
  promise: "NET3",
  wants: wanted("net_send_message", "net.response", ...lineageKinds),
  start: () => ({ lines: lineages(), asked: {}, arrived: {}, seqs: {} }),
  on(entry, s, judge) {
    followLineages(s.lines, entry);
    const { key, asked_key, id } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "server_start":
        for (const kept of [s.asked, s.arrived, s.seqs]) forgetEnded<unknown>(s.lines, kept);
        break;
      case "net_send_message":
      case "net_recv_message":
        onMessage(s, entry, judge);
        break;
      case "net.response":
        if (key !== asked_key) {
          const text = `a response to LOCK ${id} for key ${key} meets a request for ${asked_key}`;
          judge.violate(`mount ${entry.mount}`, text);
        }
        break;
    }
  },
};
