// FNC1: at the start of a fence request the rid is not 0, and: for client_reconnect the rid has a
// mounted_clients item and this server has no established connection with a greeting for it; for
// client_recovery it was pending when this server's recovery timer fired; for quorum_block_leader a
// block of the device showed its ELECT or FENCE above STOP.
//
// Whether a leader's request comes from a block *read by this start* is not visible; the blocks are
// followed as they are written, and a write that succeeded counts. One that has not returned may be
// there as well: a host may die between the two. The reads come after the start of `fence_leaders`,
// so what was written after that may have come too late to be seen, and the block that it replaced
// counts too. A connection is established from when it is let open to the start of its shutdown. A
// recording does not tell the first (net.greeted): there a greeting counts, but for one that comes
// back to a server that knows it, which may still be dropped. A server has the items that were
// there when it began, and what it changed since: behind a lying agent there are two servers, and
// what the other deletes is still there for this one, or is there again when this one has written.
// Whom a server begins to recover has an item for it.

import { dropServer, fieldsOf, kindOf, reclaimed, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor, Seen } from "./types.ts";

interface Written {
  readonly rid: number;
  readonly term: number;
  readonly writtenAt: number;
}
interface State {
  /** When a mount's server last began to look for earlier leaders. */
  lookedAt: Record<number, number>;
  slotOf: Record<number, number>;
  ridOf: Record<number, number>;
  blocks: Record<string, Written>;
  /** By mount: the ELECT or FENCE that it is writing, or was when it died. */
  writes: Record<number, { readonly slot: number; readonly written: Written }>;
  /** The rids that have a mounted_clients item, and when a server last deleted one. */
  items: Record<number, true>;
  deletedAt: Record<number, number>;
  /** `server/rid` of those that the server itself has deleted. */
  deleted: Record<string, true>;
  /** `server/rid` of what must not be there, or must; by which connection, where that is said: it
   *  may have begun to shut down before it was greeted. */
  connected: Record<string, number>;
  /** The run tells which connections are let open, so that a greeting says no more. */
  tellsOpen: boolean;
  /** The bits that are still missing. */
  pending: Record<string, number>;
  /** `server/rid` that was pending when the timer fired. */
  late: Record<string, true>;
}

const NO_CONN = -1;
const connOf = ({ data }: Seen): number => (data as { readonly conn?: number }).conn ?? NO_CONN;
const keyOfConn = (entry: Seen): string => `${entry.mount}/${fieldsOf(entry).conn_rid ?? 0}`;

const isOf = (conn: number | undefined, entry: Seen): boolean =>
  conn !== NO_CONN && conn === connOf(entry);

interface Greeting {
  readonly reconnecting?: number;
  readonly first_contact?: number;
}
function mayBeDropped({ data }: Seen): boolean {
  const { reconnecting, first_contact } = data as Greeting;
  return reconnecting === 1 && first_contact === 0;
}

const leads = ["ELECT", "FENCE"];

function showsLeader(s: State, mount: number, rid: number): boolean {
  return Object.values(s.slotOf).some((slot) => {
    const newest = s.blocks[`${slot}/STOP`];
    const isUnseen = newest !== undefined && newest.writtenAt >= (s.lookedAt[mount] ?? 0);
    const stop = (isUnseen ? s.blocks[`${slot}/STOP before`] : newest)?.term ?? 0;
    const writes = Object.values(s.writes).filter((w) => w.slot === slot);
    const seen = leads.flatMap((event) => {
      const last = s.blocks[`${slot}/${event}`];
      const isLater = last !== undefined && last.writtenAt >= (s.lookedAt[mount] ?? 0);
      return isLater ? [last, s.blocks[`${slot}/${event} before`]] : [last];
    });
    return [...seen, ...writes.map(({ written }) => written)].some(
      (written) => written !== undefined && written.rid === rid && written.term > stop,
    );
  });
}

function hasItem(s: State, mount: number, rid: number): boolean {
  if (s.items[rid] === undefined || s.deleted[`${mount}/${rid}`] === true) return false;
  return (s.deletedAt[rid] ?? Number.POSITIVE_INFINITY) >= (s.lookedAt[mount] ?? 0);
}

function faultOf(s: State, mount: number, rid: number, reason: string): string | undefined {
  if (rid === 0) return "for no rid";
  const key = `${mount}/${rid}`;
  if (reason === "client_reconnect") {
    if (!hasItem(s, mount, rid)) return "but the rid has no mounted_clients item";
    return s.connected[key] !== undefined ? "but its connection is established" : undefined;
  }
  if (reason === "client_recovery") {
    return s.late[key] ? undefined : "but it was not pending when the recovery timer fired";
  }
  return showsLeader(s, mount, rid) ? undefined : "but no quorum block shows it elected";
}

function onBlock(s: State, entry: Seen): void {
  const { mount, at } = entry;
  const f = fieldsOf(entry);
  const slot = s.slotOf[mount] ?? -1;
  const written = { rid: s.ridOf[mount] ?? 0, term: f.term ?? 0, writtenAt: at };
  if (kindOf(entry) === "quorum_block_event") {
    if (leads.includes(f.event ?? "")) s.writes[mount] = { slot, written };
    return;
  }
  delete s.writes[mount];
  if (!succeeded(f)) return;
  const place = `${slot}/${f.event}`;
  const before = s.blocks[place];
  const looked = Math.max(0, ...Object.values(s.lookedAt));
  if (before !== undefined && before.writtenAt <= looked) s.blocks[`${place} before`] = before;
  s.blocks[place] = written;
}

export const fnc1: EntryMonitor<State> = {
  promise: "FNC1",
  wants: wanted(
    ...[
      "incarnation",
      "quorum_block_event",
      "quorum_block_event_ret",
      "insert_mounted_client",
      "reclaim_rid_ret",
    ],
    ...["net_server_greeting", "net.greeted", "conn_shutdown_start", "server_work_exit"],
    "conn_shutdown_complete",
    ...["recov_prepare", "recov_finish_ret", "recovery_timeout", "fence_start", "fence_leaders"],
  ),
  start: () => ({
    ...{ lookedAt: {}, slotOf: {}, ridOf: {}, blocks: {}, writes: {}, items: {} },
    ...{ deletedAt: {}, deleted: {}, connected: {}, tellsOpen: false },
    ...{ pending: {}, late: {} },
  }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount, at } = entry;
    const rid = f.rid ?? 0;
    const key = `${mount}/${rid}`;
    switch (kindOf(entry)) {
      case "incarnation":
        s.slotOf[mount] = f.slot ?? -1;
        s.ridOf[mount] = rid;
        break;
      case "quorum_block_event":
      case "quorum_block_event_ret":
        onBlock(s, entry);
        break;
      case "fence_leaders":
        s.lookedAt[mount] = at;
        dropServer(s.deleted, mount);
        break;
      case "insert_mounted_client":
        s.items[rid] = true;
        delete s.deletedAt[rid];
        delete s.deleted[key];
        break;
      case "reclaim_rid_ret":
        if (!reclaimed(f)) break;
        s.deletedAt[rid] = at;
        s.deleted[key] = true;
        break;
      case "net_server_greeting":
        if (!s.tellsOpen && !mayBeDropped(entry)) s.connected[key] = NO_CONN;
        break;
      case "net.greeted":
        s.tellsOpen = true;
        s.connected[key] = connOf(entry);
        break;
      case "conn_shutdown_start":
        if (f.accepted === true) delete s.connected[keyOfConn(entry)];
        break;
      case "conn_shutdown_complete":
        if (isOf(s.connected[keyOfConn(entry)], entry)) delete s.connected[keyOfConn(entry)];
        break;
      case "recov_prepare":
        s.pending[key] = f.which ?? 0;
        s.items[rid] = true;
        delete s.deletedAt[rid];
        delete s.deleted[key];
        break;
      case "recov_finish_ret":
        s.pending[key] = (s.pending[key] ?? 0) & ~(f.which ?? 0);
        break;
      case "recovery_timeout":
        for (const other of Object.keys(s.pending)) {
          if (other.startsWith(`${mount}/`) && s.pending[other] !== 0) s.late[other] = true;
        }
        break;
      case "server_work_exit":
        for (const table of [s.connected, s.pending, s.late]) dropServer(table, mount);
        break;
      case "fence_start": {
        const fault = faultOf(s, mount, rid, f.reason ?? "");
        if (fault !== undefined) {
          judge.violate(`${f.reason}`, `mount ${mount} fences rid ${rid} ${fault}`);
        }
        break;
      }
    }
  },
};
