// How each kind of input reaches the model. A function changes the world that it is given and
// returns the worlds that may come of it: more than one where the recording does not tell which.

import { each } from "../../../src/core/index.ts";
import { start } from "../../engine/build.ts";
import { wakeQueue } from "../../engine/kernel/tasks.ts";
import type { Item } from "./timeline.ts";
import { used } from "./tolerances.ts";
import { ME, slotAddress, type TwinOptions, type TwinWorld } from "./world.ts";

type Input = (w: TwinWorld, item: Item, o: TwinOptions) => TwinWorld[];

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

/** Clients reach a server only once it listens, and until it is down. */
const isReachable = (w: TwinWorld): boolean => {
  const { server, twin } = w.peekMount(ME).state;
  return server.status !== "DOWN" && twin.listensInTerm === server.term;
};

/** Lets the client go: its farewell was answered, or its item is gone. */
const mayLeave: Input = (w, { kind, fields }) => {
  if (!w.peekMount(ME).state.twin.leaves) return [];
  if (kind === "lookup_mounted_client" ? fields.ret !== 0 : fields.error !== 0) return [w];
  w.mount(ME).state.twin.mayLeave = true;
  wakeQueue(w, ME, "twin.waitq");
  return [w];
};

/** A client that no server knew: other programs see its item before it is committed. */
const insert: Input = (w, { fields }) => {
  if (!isReachable(w)) return [];
  const { server, twin } = w.mount(ME).state;
  const quorum = (Number(fields.gr_flags) & 2) !== 0;
  const item = { rid: fields.rid, address: slotAddress(0), quorum };
  for (const block of [server.dirtySuper, server.stableSuper]) {
    const others = block.mountedClients.filter(({ rid }: { rid: number }) => rid !== fields.rid);
    block.mountedClients = [...others, { ...item }].sort((x, y) => x.rid - y.rid);
  }
  twin.greetings++;
  return [w];
};

const inputs: Readonly<Record<string, Input>> = {
  quorum_recv_message: (w, item) => deliver(w, item, item.fields.slot as number),
  /** Of somebody else, to a mount that takes it without a trace. */
  quorum_send_message(w, item, o) {
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
  fence_start: call("scoutfs_fence_start", ({ fields: { rid, reason } }) => ({
    rid,
    reason,
    address: slotAddress(0),
  })),
  recov_finish: call("scoutfs_server_recov_finish", ({ fields: { rid, which } }) => ({
    rid,
    which,
  })),
  insert_mounted_client: insert,
  farewell_worker(w) {
    const { twin } = w.mount(ME).state;
    if (twin.greetings > 0) {
      twin.greetings--;
      used("farewell worker looks after a greeting");
      start(w, ME, "twin greeted");
    }
    return [w];
  },
  server_farewell(w, { fields: { rid, id } }) {
    if (!isReachable(w)) return [];
    start(w, ME, "twin farewell", { rid, id });
    return [w];
  },
  client_farewell_resp: mayLeave,
  lookup_mounted_client: mayLeave,
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
export function inject(w: TwinWorld, item: Item, o: TwinOptions): TwinWorld[] {
  w.now = item.at;
  return inputs[item.kind]?.(w, item, o) ?? [w];
}
