// What the connections of a mount send, as the recording has it: which message took which number of
// each connection. A message that a program of the model makes is submitted when its number comes
// up, so tasks that race for a number get it in the order that was recorded. A request of a part
// that the model lacks is an operation: it is submitted when the recording first shows that it must
// have been, and what net.c makes of it has to come out as recorded.

import { type Errno, each, type Rid } from "../../../src/core/index.ts";
import { netErrors } from "../../../src/net/records.ts";
import type { Cmd, Connection, ConnHandle, SubmitArgs } from "../../../src/net/types.ts";
import { start } from "../../engine/build.ts";
import { ME } from "./slots.ts";
import type { Item } from "./timeline.ts";
import { used } from "./tolerances.ts";
import type { TwinWorld } from "./world.ts";

export interface Submitted {
  readonly cmd: Cmd;
  readonly response: boolean;
  readonly id: number;
  readonly error: Errno | undefined;
  /** It was sent more than once. */
  again: boolean;
}

/** By lineage (see `lineageOf`) and seq. */
export type Ledger = ReadonlyMap<string, ReadonlyMap<number, Submitted>>;

/** What crosses the wire as a number. */
export const errorOf = (err: number): Errno | undefined =>
  [...netErrors].find(([, nr]) => nr === err)?.[0];

const CLIENT = "client";
const ofServer = (term: number, rid: number): string => `${term}/${rid}`;

/** Reads it from the items of one mount: only the first transmission of a seq counts. */
export function ledgerOf(items: readonly Item[]): Ledger {
  const ledger = new Map<string, Map<number, Submitted>>();
  let term = 0;
  for (const { of, kind, fields } of items) {
    if (of !== "own") continue;
    if (kind === "server_start") term = Number(fields.term);
    if (kind !== "net_send_message") continue;
    const rid = Number(fields.rid);
    const lineage = fields.side === "client" ? CLIENT : ofServer(term, rid);
    let known = ledger.get(lineage);
    if (known === undefined) {
      known = new Map();
      ledger.set(lineage, known);
    }
    const seq = Number(fields.seq);
    const before = known.get(seq);
    if (before !== undefined) {
      before.again = true;
      continue;
    }
    const response = fields.resp === 1;
    const error = errorOf(Number(fields.err));
    known.set(seq, {
      cmd: fields.cmd as Cmd,
      response,
      id: Number(fields.id),
      error,
      again: false,
    });
  }
  return ledger;
}

/** Requests that the model answers; the others are answered by operations. */
export const answered: readonly Cmd[] = [
  ...(["GREETING", "FAREWELL", "GET_ROOTS", "STATFS", "ALLOC_INODES", "GET_LAST_SEQ"] as const),
];
/** What programs of the model submit by themselves; all else is an operation. */
const made: ReadonlySet<string> = new Set([
  ...["client GREETING request", "client FAREWELL request", "client LOCK_RECOVER response"],
  ...answered.map((cmd) => `server ${cmd} response`),
  "server LOCK_RECOVER request",
]);
const nameOf = (side: "client" | "server", { cmd, response }: Submitted): string =>
  `${side} ${cmd} ${response ? "response" : "request"}`;
export const isMade = (side: "client" | "server", what: Submitted): boolean =>
  made.has(nameOf(side, what));

const lineageOf = (w: TwinWorld, c: Connection): string =>
  c.listening === undefined ? CLIENT : ofServer(w.peekMount(ME).state.server.term, c.rid);

/** To which connection that submission goes. */
export function receiverOf(w: TwinWorld, { conn, rid }: SubmitArgs): ConnHandle | undefined {
  const { slots } = w.peekMount(ME).state.net.conns;
  if (rid === 0) return conn;
  const accepted: readonly ConnHandle[] = slots[conn.id]?.value?.accepted ?? [];
  return accepted.find(({ id }) => slots[id]?.value?.rid === rid);
}

/** Whether that submission would take a number that the recording gives to another message. */
export function isOutOfTurn(w: TwinWorld, ledger: Ledger, args: SubmitArgs): boolean {
  const m = w.peekMount(ME).state;
  const conn = receiverOf(w, args);
  const to: Connection | undefined = m.net.conns.slots[conn?.id ?? -1]?.value;
  if (to === undefined || (args.cmd === "GREETING" && args.response)) return false;
  const next = ledger.get(lineageOf(w, to))?.get(to.nextSendSeq);
  if (next === undefined) return false;
  const isSame = next.cmd === args.cmd && next.response === args.response;
  return !isSame || (args.response && next.id !== args.id);
}

/** Whether one of the messages of a batch was sent once more. */
export function isSentAgain(
  w: TwinWorld,
  ledger: Ledger,
  {
    conn,
    batch,
  }: { readonly conn: ConnHandle; readonly batch: readonly { readonly seq: number }[] },
): boolean {
  const c: Connection | undefined = w.peekMount(ME).state.net.conns.slots[conn.id]?.value;
  const known = c === undefined ? undefined : ledger.get(lineageOf(w, c));
  return batch.some(({ seq }) => known?.get(seq)?.again === true);
}

/** The connection that an item is about, and up to which seq it had submitted by then. */
interface Asked {
  readonly conn: ConnHandle;
  readonly below: number;
  /** The next id of its own then, if that is known. */
  readonly nextId: number | undefined;
}

function askedBy(w: TwinWorld, { kind, fields }: Item): Asked | undefined {
  const isMessage = kind === "net_send_message";
  if (!isMessage && fields.next_send_seq === undefined) return undefined;
  const below = isMessage ? Number(fields.seq) + 1 : Number(fields.next_send_seq);
  const { client, net } = w.peekMount(ME).state;
  const isAccepted = isMessage ? fields.side === "server" : fields.accepted === true;
  const rid = Number(isMessage ? fields.rid : fields.conn_rid);
  if (isAccepted && rid === 0) return undefined;
  for (const [h, c] of each<Connection>(net.conns)) {
    if (isAccepted !== (c.listening !== undefined)) continue;
    if (!isAccepted && client.conn?.id !== h.id) continue;
    if (isAccepted && (c.rid !== rid || c.nextSendSeq >= below)) continue;
    if (!isMessage && isAccepted && fields.greeting_id !== c.greetingId) continue;
    const ofRequest = fields.resp === 0 ? Number(fields.id) + 1 : undefined;
    const nextId = isMessage ? ofRequest : Number(fields.next_send_id);
    return { conn: { ...h } as ConnHandle, below, nextId };
  }
  return undefined;
}

/** Submits the operations that the item shows to have been submitted. `goOn` lets the world do what
 *  it does at once, and may give another one. */
export function submitWhatIsDue(
  world: TwinWorld,
  item: Item,
  { ledger, goOn }: { readonly ledger: Ledger; readonly goOn: (w: TwinWorld) => TwinWorld },
): TwinWorld {
  let w = world;
  const asked = askedBy(w, item);
  if (asked === undefined) return w;
  for (;;) {
    const c: Connection | undefined = w.peekMount(ME).state.net.conns.slots[asked.conn.id]?.value;
    if (c === undefined || c.nextSendSeq >= asked.below) return w;
    const { nextSendSeq } = c;
    const side = c.listening === undefined ? "client" : "server";
    const known = ledger.get(lineageOf(w, c));
    const what = known?.get(nextSendSeq);
    if (what === undefined) {
      skip(w, asked, known);
      continue;
    }
    if (isMade(side, what)) return w;
    start(w, ME, "submit_send", argsOf(asked.conn, what));
    w = goOn(w);
    const after: Connection = w.peekMount(ME).state.net.conns.slots[asked.conn.id]?.value;
    if (after?.nextSendSeq === nextSendSeq) return w;
  }
}

/** Nobody saw that message: it was dropped before it was sent. */
function skip(
  w: TwinWorld,
  { conn, below, nextId }: Asked,
  known: ReadonlyMap<number, Submitted> | undefined,
): void {
  used("a message that was never sent");
  const c = w.mount(ME).state.net.conns.slots[conn.id]?.value as Connection;
  let requests = 0;
  for (let seq = c.nextSendSeq + 1; seq < below; seq++) {
    if (known?.get(seq)?.response === false) requests++;
  }
  c.nextSendSeq++;
  if (nextId !== undefined && c.nextSendId + requests < nextId) c.nextSendId++;
}

const argsOf = (conn: ConnHandle, { cmd, response, id, error }: Submitted): SubmitArgs => ({
  ...{ conn, rid: 0 as Rid, cmd, response, id: response ? id : 0 },
  ...{ error, data: undefined, respFunc: undefined, respData: undefined },
});
