// How each kind of input reaches the model. A function changes the world that it is given and
// returns the worlds that may come of it: more than one where the recording does not tell which.

import { each, type Rid } from "../../../src/core/index.ts";
import type { LockKey, NetLock } from "../../../src/lock/types.ts";
import type { Cmd, Data, NetMessage } from "../../../src/net/types.ts";
import { start } from "../../engine/build.ts";
import { errorOf } from "./messages.ts";
import { lockKeyOf } from "./parts/keys.ts";
import { ME, slotAddress } from "./slots.ts";
import { arrives, connected, ends, received, refused } from "./streams.ts";
import type { Item } from "./timeline.ts";
import { used } from "./tolerances.ts";
import type { TwinOptions, TwinWorld } from "./world.ts";

/** The fields of the first event of that kind after the item for which that holds. */
export type Lookahead = (
  kind: string,
  isIt?: (fields: Item["fields"]) => boolean,
) => Item["fields"] | undefined;

/** How many messages the mount receives, from the item on, on a connection of that port. */
export type Coming = (port: number, accepted: boolean) => number;

interface How {
  readonly o: TwinOptions;
  readonly next: Lookahead;
  readonly coming: Coming;
}

type Input = (w: TwinWorld, item: Item, how: How) => TwinWorld[];

/** Into the socket, past the network: it is there when the worker looks. */
function deliver(w: TwinWorld, item: Item, from: number): TwinWorld[] {
  const socket = w.peekMount(ME).state.quorum.info?.socket;
  if (socket === undefined) return [w];
  const { term, type } = item.fields;
  const flight = { from: slotAddress(from), to: 0, body: { term, type, from } };
  w.mount(ME).sockets[socket]?.inbox.push(flight);
  w.wakeSocket(ME, socket);
  return [w];
}

const call =
  (program: string, args: (item: Item) => object): Input =>
  (w, item) => {
    start(w, ME, program, args(item));
    return [w];
  };

/** What a message of the recording carries is told by the event that its receiver shows next. */
function dataOf({ fields }: Item, next: Lookahead): Data {
  const { cmd, resp, rid, side, id } = fields;
  if (cmd === "GREETING" && side === "server") {
    const said = next("server_greeting", (f) => f.rid === rid && f.id === id);
    const flags = Number(said?.gr_flags ?? 0);
    const [farewell, quorum] = [(flags & 1) !== 0, (flags & 2) !== 0];
    return { serverTerm: Number(said?.gr_term ?? 0), rid: rid as Rid, farewell, quorum };
  }
  if (cmd === "GREETING") {
    const serverTerm = Number(next("client_greeting")?.gr_term ?? 0);
    return { serverTerm, rid: rid as Rid, farewell: false, quorum: false };
  }
  if (cmd === "LOCK_RECOVER" && resp === 1) {
    const said = next("sv_lock_recover_response", (f) => f.rid === rid);
    return { locks: ((said?.locks ?? []) as RecordedLock[]).map(lockOf) };
  }
  if (cmd === "LOCK_RECOVER") return { key: 0 as LockKey };
  if (cmd === "LOCK") return lockOf({ key: "0", wseq: 0, old: "null", new: "null" });
  return cmd === "ALLOC_INODES" ? { count: 1 } : {};
}

interface RecordedLock {
  readonly key: string;
  readonly wseq: number;
  readonly old: NetLock["oldMode"];
  readonly new: NetLock["newMode"];
}
const lockOf = ({ key, ...lock }: RecordedLock): NetLock => ({
  ...{ key: lockKeyOf(key), writeSeq: 0, oldMode: lock.old, newMode: lock.new },
});

function receive(w: TwinWorld, item: Item, { next }: How): TwinWorld[] {
  const { fields } = item;
  const whose = { accepted: fields.side === "server", port: Number(fields.cport) };
  const message: NetMessage = {
    seq: Number(fields.seq),
    recvSeq: Number(fields.recv_seq),
    id: Number(fields.id),
    cmd: fields.cmd as Cmd,
    response: fields.resp === 1,
    error: errorOf(Number(fields.err)),
    data: fields.err === 0 ? dataOf(item, next) : undefined,
  };
  return received(w, whose, message) ? [w] : [];
}

const inputs: Readonly<Record<string, Input>> = {
  quorum_recv_message: (w, item) => deliver(w, item, item.fields.slot as number),
  /** Of somebody else, to a mount that takes it without a trace. */
  quorum_send_message(w, item, { o }) {
    const { super: sb, quorum } = w.peekMount(ME).state;
    const { from, slot } = item.fields;
    const forMe = slot === -1 || slot === o.slot;
    const socket = quorum.info?.socket;
    if (!sb.forcingUnmount || !forMe || socket === undefined) return [];
    if (w.peekMount(ME).sockets[socket]?.inbox.length !== 0) return [];
    used("datagram unseen after forced unmount");
    return deliver(w, item, from as number);
  },
  umount_begin_forced: call("twin umount", () => ({ force: true })),
  put_super: call("twin umount", () => ({ force: false })),
  server_commit_start: call("twin commit", () => ({})),
  net_recv_message: receive,
  conn_connect_complete(w, { fields }, { coming }) {
    const port = Number(fields.cport);
    return connected(w, { port, left: coming(port, false) }) ? [w] : [];
  },
  conn_shutdown_queued(w, { fields }) {
    const accepted = fields.accepted === true;
    if (ends(w, { accepted, port: Number(fields.cport) })) return [w];
    return !accepted && refused(w) ? [w] : [];
  },
  /** Of a client that connects: the next event says which. */
  conn_alloc(w, _item, { next, coming }) {
    const port = Number(next("conn_accept")?.cport ?? 0);
    return port !== 0 && arrives(w, { port, left: coming(port, true) }) ? [w] : [];
  },
  fenced_store(w) {
    const { fence } = w.peekMount(ME).state;
    const worlds: TwinWorld[] = [];
    if (!fence.setUp) return [];
    for (const [h, request] of each<{ fenced: boolean }>(fence.fences)) {
      if (request.fenced) continue;
      const one = w.clone();
      start(one, ME, "fenced_store", { fence: { ...h }, writer: -1 });
      worlds.push(one);
    }
    if (worlds.length > 1) used("which request the agent answered");
    return worlds;
  },
};

/** `of: "other"` for a datagram of somebody else; else the mount's own event. */
export function inject(w: TwinWorld, item: Item, how: How): TwinWorld[] {
  w.now = item.at;
  return inputs[item.kind]?.(w, item, how) ?? [w];
}
