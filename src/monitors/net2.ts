// NET2: nothing that was accepted for sending is lost while server instance and lineage live: it
// arrives, or its caller was told that it failed.
//
// Messages of one way arrive in the order of their seq, and the receiver drops those whose seq is
// not above the last: so whatever is still missing when a later one arrives is lost for good. When
// all is quiet, what is missing for longer than a silent peer is borne is lost too. A recording
// does not show what was accepted, so there what was sent takes its place. A new server begins
// anew: the client keeps its requests, and drops its responses to the server before. A request is
// sent once more while its response, which is there, has not been processed: it arrived before, and
// whoever handles the response drops the request (net.c:process_response). Greetings are out of
// this order.

import { fieldsOf, kindOf, wanted } from "./entries.ts";
import {
  followLineages,
  forgetEnded,
  type Lineages,
  lineageKinds,
  lineageOf,
  lineageOfClient,
  lineages,
  sentBy,
} from "./lineages.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

/** net.c: DEFAULT_TCP_KEEPALIVE_TIMEOUT_MS, and as much again for the reconnect. */
const silentUs = 48_000_000;

interface Message {
  readonly seq: number;
  readonly id: number;
  readonly cmd: string;
  readonly resp: 0 | 1;
  readonly at: number;
}
interface BySide {
  client: number;
  server: number;
}
interface State {
  readonly lines: Lineages;
  ridOf: Record<number, number>;
  /** Rids that have gone: a server that does not know it yet sends to them in vain. */
  gone: Record<number, true>;
  /** What has not arrived: by lineage what the server sends, by rid what the client does. */
  missing: Record<string, Message[]>;
  /** By lineage and who sent it: the last seq that arrived. */
  arrived: Record<string, BySide>;
}

const isSame = (a: Message, seq: number, id: number, resp: number | undefined): boolean =>
  a.seq === seq && a.id === id && a.resp === resp;

/** A client's messages are kept under its rid: they outlive a lineage. */
function keyOf(s: State, entry: Seen): string | undefined {
  const { rid } = fieldsOf(entry);
  return sentBy(entry) === "client" ? `client ${rid}` : lineageOf(s.lines, entry);
}

function accepted(s: State, entry: Seen): void {
  const { seq = 0, id = 0, cmd = "", resp = 0 } = fieldsOf(entry);
  const key = keyOf(s, entry);
  if (s.gone[fieldsOf(entry).rid ?? 0]) return;
  const lineage = lineageOf(s.lines, entry) ?? "";
  if (key === undefined || seq <= (s.arrived[lineage]?.[sentBy(entry)] ?? 0)) return;
  s.missing[key] ??= [];
  const missing = s.missing[key];
  if (missing.some((m) => isSame(m, seq, id, resp))) return;
  missing.push({ seq, id, cmd, resp, at: entry.at });
}

function failed(s: State, entry: Seen): void {
  const { seq = 0, id = 0, resp } = fieldsOf(entry);
  const key = keyOf(s, entry) ?? "";
  const missing = s.missing[key];
  if (missing !== undefined) s.missing[key] = missing.filter((m) => !isSame(m, seq, id, resp));
}

function received(s: State, entry: Seen, judge: Judge): void {
  const { seq = 0, id = 0, cmd = "", resp } = fieldsOf(entry);
  const key = keyOf(s, entry);
  const lineage = lineageOf(s.lines, entry);
  if (key === undefined || lineage === undefined) return;
  s.arrived[lineage] ??= { client: 0, server: 0 };
  const arrived = s.arrived[lineage];
  const by = sentBy(entry);
  if (seq <= arrived[by]) return;
  arrived[by] = seq;
  const left = (s.missing[key] ?? []).filter((m) => !isSame(m, seq, id, resp));
  for (const m of left) {
    if (m.seq > seq) continue;
    const what = `${m.resp === 1 ? "response" : "request"} ${m.cmd} ${m.id} with seq ${m.seq}`;
    const text = `${what}, and now ${cmd} ${id} with seq ${seq} has arrived`;
    judge.violate(`sent by a ${by}`, `mount ${entry.mount} never got the ${text}`);
  }
  s.missing[key] = left.filter((m) => m.seq > seq);
}

/** The caller of a request has its answer, which the client was told. */
function answered(s: State, entry: Seen): void {
  const { rid, side, resp, id } = fieldsOf(entry);
  const key = `client ${rid}`;
  const missing = s.missing[key];
  if (side !== "client" || resp !== 1 || missing === undefined) return;
  s.missing[key] = missing.filter((m) => m.resp === 1 || m.id !== id);
}

/** A new server knows none of the client's responses; the requests are sent to it again. */
function clientGreeted(s: State, entry: Seen): void {
  const key = `client ${s.ridOf[entry.mount]}`;
  const missing = s.missing[key];
  if (missing === undefined || fieldsOf(entry).new_server !== 1) return;
  s.missing[key] = missing.filter((m) => m.resp === 0);
}

function clientGoes(s: State, rid: number | undefined): void {
  if (rid === undefined) return;
  s.gone[rid] = true;
  for (const key of Object.keys(s.missing)) {
    if (key === `client ${rid}` || key.startsWith(`${rid}@`)) delete s.missing[key];
  }
}

export const net2: EntryMonitor<State> = {
  promise: "NET2",
  wants: wanted(
    ...["incarnation", "net.submit", "net_send_message", "net.failed", "net.response"],
    ...["net_client_greeting", "umount_begin_forced", "client_destroy"],
    ...lineageKinds,
  ),
  start: () => ({ lines: lineages(), ridOf: {}, gone: {}, missing: {}, arrived: {} }),
  on(entry, s, judge) {
    followLineages(s.lines, entry);
    const f = fieldsOf(entry);
    if (f.cmd === "GREETING") return;
    switch (kindOf(entry)) {
      case "incarnation":
        s.ridOf[entry.mount] = f.rid ?? 0;
        break;
      case "server_start":
        forgetEnded(s.lines, s.missing);
        forgetEnded(s.lines, s.arrived);
        break;
      case "net_client_greeting":
        clientGreeted(s, entry);
        break;
      case "net.submit":
      case "net_send_message":
        accepted(s, entry);
        break;
      case "net.failed":
        failed(s, entry);
        break;
      case "net.response":
        answered(s, entry);
        break;
      case "net_recv_message":
        received(s, entry, judge);
        break;
      case "umount_begin_forced":
      case "client_destroy":
      case "dead":
        clientGoes(s, s.ridOf[entry.mount]);
        break;
    }
  },
  /** Whom a lineage that has ended was to serve is no longer in it. */
  quiet(s, judge) {
    for (const [key, missing] of Object.entries(s.missing)) {
      const rid = Number(/^(?:client )?(\d+)/.exec(key)?.[1]);
      const lineage = lineageOfClient(s.lines, rid);
      const [lost] = missing.filter(({ at }) => judge.now - at > silentUs);
      if (lost === undefined || lineage === undefined) continue;
      if (key !== lineage && key !== `client ${rid}`) continue;
      const { cmd, id, seq } = lost;
      const by = key === lineage ? "server" : "client";
      const text = `rid ${rid}: ${cmd} ${id} with seq ${seq} never arrived`;
      judge.violate(`sent by a ${by}`, text);
    }
  },
};
