// Who sent what to whom, from the machine's own records of a run: a datagram names the event that
// sent it, a message of a stream its number there. So a pair is exact, whatever was lost.

import type { TraceEntry } from "../engine/trace/trace.ts";

export interface Message {
  readonly from: TraceEntry;
  readonly to: TraceEntry;
  readonly label: string;
}

interface Datagram {
  readonly from?: number;
  readonly to?: number;
  readonly body?: unknown;
}
interface Packet {
  readonly what?: string;
  readonly end?: number;
  readonly number?: number;
  readonly message?: unknown;
}
interface Sent {
  readonly stream?: number;
  readonly end?: number;
  readonly number?: number;
}

/** Names of what is carried, from the first of these fields that it has. */
const TOLD = ["cmd", "type", "what"];

function labelOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return String(body ?? "message");
  const fields = body as Readonly<Record<string, unknown>>;
  const name = TOLD.map((field) => fields[field]).find((value) => typeof value === "string");
  const more = fields.response === true ? " response" : "";
  const term = typeof fields.term === "number" ? ` term ${fields.term}` : "";
  return `${String(name ?? "message")}${more}${term}`;
}

/** Tells the pairs of a run as its entries go by. */
export class MessageFinder {
  readonly found: Message[] = [];
  private readonly sent = new Map<string, TraceEntry>();

  see(entry: TraceEntry): void {
    const { kind, seq, cause, data } = entry;
    if (kind === "sent") {
      const { from, to } = data as Datagram;
      this.sent.set(`${seq} ${from} ${to}`, entry);
    } else if (kind === "send") {
      const { stream, end, number } = data as Sent;
      this.sent.set(`stream ${stream} ${end} ${number}`, entry);
    } else if (kind === "datagram") {
      const body = (data as { readonly body?: Datagram }).body ?? {};
      this.pair(`${cause} ${body.from} ${body.to}`, entry, body.body);
    } else if (kind === "stream") {
      const { who, body = {} } = data as { readonly who?: number; readonly body?: Packet };
      if (body.what !== "data" || body.end === undefined) return;
      this.pair(`stream ${who} ${1 - body.end} ${body.number}`, entry, body.message);
    }
  }

  private pair(key: string, to: TraceEntry, body: unknown): void {
    const from = this.sent.get(key);
    if (from !== undefined) this.found.push({ from, to, label: labelOf(body) });
  }
}
