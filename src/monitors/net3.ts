// NET3: a response meets only the request of the server instance that caused it.
//
// A response names its request by an id, and ids of a server's requests begin anew with each
// connection that is not a reconnect. So a response whose request has not even arrived, on this
// lineage, answers another one: one of an earlier server, since a client's ids never come again. So
// where it comes from a client, any lineage with this server will do: while one connection is being
// greeted there may be the next, and what came by the first is answered by the latest.
//
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

/** What one side asks: the requests that were sent, and those of them that have arrived. */
interface Asks {
  readonly asked: Record<number, string>;
  readonly arrived: Record<number, true>;
}
interface State {
  readonly lines: Lineages;
  /** By where the ids are from: see `originOf`. */
  asks: Record<string, Asks>;
  /** By lineage and sender: the seq of the last that arrived. */
  seqs: Record<string, number>;
}
type Side = ReturnType<typeof sentBy>;

/** A client numbers its requests for good, a server those of a lineage. */
const originOf = (lineage: string, side: Side): string =>
  side === "client" ? lineage.replace(/\d+$/, "") : `${lineage} server`;

function asksOf(s: State, lineage: string, side: Side): Asks {
  const origin = originOf(lineage, side);
  s.asks[origin] ??= { asked: {}, arrived: {} };
  return s.asks[origin];
}

function onRequest({ asked, arrived }: Asks, entry: Seen): void {
  const { id = 0, cmd = "" } = fieldsOf(entry);
  if (entry.kind === "net_send_message") asked[id] = cmd;
  else arrived[id] = true;
}

/** Only the first to arrive meets anything. */
function onResponse({ asked, arrived }: Asks, entry: Seen, judge: Judge): void {
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
function isNew(s: State, lineage: string, entry: Seen): boolean {
  const { seq = 0 } = fieldsOf(entry);
  const key = `${lineage} ${sentBy(entry)}`;
  if (seq <= (s.seqs[key] ?? 0)) return false;
  s.seqs[key] = seq;
  return true;
}

function onMessage(s: State, entry: Seen, judge: Judge): void {
  const lineage = lineageOf(s.lines, entry);
  const { resp, side = "client", cmd } = fieldsOf(entry);
  if (lineage === undefined || cmd === "GREETING") return;
  const isSent = entry.kind === "net_send_message";
  if (!isSent && !isNew(s, lineage, entry)) return;
  if (resp === 0) onRequest(asksOf(s, lineage, sentBy(entry)), entry);
  else if (!isSent) onResponse(asksOf(s, lineage, side), entry, judge);
}

export const net3: EntryMonitor<State> = {
  promise: "NET3",
  wants: wanted("net_send_message", "net.response", ...lineageKinds),
  start: () => ({ lines: lineages(), asks: {}, seqs: {} }),
  on(entry, s, judge) {
    followLineages(s.lines, entry);
    const { key, asked_key, id } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "server_start":
        forgetEnded(s.lines, s.asks);
        forgetEnded(s.lines, s.seqs);
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
