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

/** What one side sends, within a lineage. */
interface Sent {
  /** Its requests that were sent, and those of them that have arrived. */
  readonly asked: Record<number, string>;
  readonly arrived: Record<number, true>;
  /** The last that arrived. */
  seq: number;
}
interface State {
  readonly lines: Lineages;
  /** By lineage. */
  sent: Record<string, { readonly client: Sent; readonly server: Sent }>;
}

const nothing = (): Sent => ({ asked: {}, arrived: {}, seq: 0 });

function onRequest({ asked, arrived }: Sent, entry: Seen): void {
  const { id = 0, cmd = "" } = fieldsOf(entry);
  if (entry.kind === "net_send_message") asked[id] = cmd;
  else arrived[id] = true;
}

/** Only the first to arrive meets anything. */
function onResponse({ asked, arrived }: Sent, entry: Seen, judge: Judge): void {
  const { id = 0, cmd } = fieldsOf(entry);
  if (asked[id] !== cmd) return;
  if (arrived[id] !== true) {
    const text = `a response to ${cmd} ${id} meets a request that has not arrived`;
    judge.violate(`mount ${entry.mount}`, text);
  }
  delete asked[id];
  delete arrived[id];
}

/** False for what the receiver drops. */
function isNew(sent: Sent, entry: Seen): boolean {
  const { seq = 0 } = fieldsOf(entry);
  if (seq <= sent.seq) return false;
  sent.seq = seq;
  return true;
}

function onMessage(s: State, entry: Seen, judge: Judge): void {
  const lineage = lineageOf(s.lines, entry);
  const { resp, side = "client", cmd } = fieldsOf(entry);
  if (lineage === undefined || cmd === "GREETING") return;
  s.sent[lineage] ??= { client: nothing(), server: nothing() };
  const sent = s.sent[lineage];
  const own = sent[sentBy(entry)];
  const isSent = entry.kind === "net_send_message";
  if (!isSent && !isNew(own, entry)) return;
  if (resp === 0) onRequest(own, entry);
  else if (!isSent) onResponse(sent[side], entry, judge);
}

export const net3: EntryMonitor<State> = {
  promise: "NET3",
  wants: wanted("net_send_message", "net.response", ...lineageKinds),
  start: () => ({ lines: lineages(), sent: {} }),
  on(entry, s, judge) {
    followLineages(s.lines, entry);
    const { key, asked_key, id } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "server_start":
        forgetEnded(s.lines, s.sent);
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
