// What reaches an end of a stream. Promise: segments are taken in the order in which they were sent
// and each at most once; the sender lets go of what was taken only if the way back is open at that
// moment, so the two ends may disagree about the last ones when a stream breaks.

import type { Protocol } from "../../../src/core/index.ts";
import type { Event } from "../event.ts";
import type { Machine } from "../machine.ts";
import { crosses, type End, isClear, type Net, type Segment, wayOf } from "./net.ts";
import { openSocket } from "./sockets.ts";
import {
  type At,
  armProbe,
  armTimer,
  enqueue,
  kill,
  onProbe,
  onRetry,
  other,
  reset,
  restOfWay,
  retryLater,
  type Side,
  type Signal,
  streamAt,
  tell,
  transmit,
} from "./stream-ends.ts";

/** The first SYN is repeated after this long, then after twice as long each time. */
export const SYN_RETRY_US = 1_000_000;

/** Kind.stream. */
export function onStream<P extends Protocol>(machine: Machine<P>, event: Event): void {
  const { stream } = streamAt(machine.net(), event.who);
  const at: At = { id: event.who, stream };
  if (!stream.live || event.gen <= stream.born) return;
  const body = event.body as Signal | Segment;
  const side = body.end;
  const end = stream.ends[side];
  switch (body.what) {
    case "open":
    case "data":
    case "fin":
    case "again":
      if (stream.ends[other(side)].flight === event.gen) onArrival(machine, at, side);
      return;
    case "timer":
      if (end.timer !== event.gen) return;
      end.timer = 0;
      return end.life === "connecting" ? onSynTimer(machine, at) : onRetry(machine, at, side);
    case "probe":
      if (end.probe === event.gen) onProbe(machine, at, side);
      return;
    case "kill":
      return reset(machine, at, side);
    default:
      return onSignal(machine, at, body);
  }
}

/** Whether a stream's event will do anything: those of replaced timers stay pending, stale. */
export function isLiveStream(net: Net, event: Event): boolean {
  const stream = net.streams[event.who];
  if (stream === undefined || !stream.live || event.gen <= stream.born) return false;
  const body = event.body as Signal;
  switch (body.what) {
    case "timer":
      return stream.ends[body.end].timer === event.gen;
    case "probe":
      return stream.ends[body.end].probe === event.gen;
    case "syn":
    case "synack":
    case "refused":
    case "reset":
    case "kill":
      return true;
    default:
      return stream.ends[other(body.end)].flight === event.gen;
  }
}

/** What is sent once and may be lost. */
function onSignal<P extends Protocol>(machine: Machine<P>, at: At, signal: Signal): void {
  const side = signal.end;
  const end = at.stream.ends[side];
  if (!crosses(machine, at.stream.ends[other(side)].host, end.host)) {
    if (signal.what === "reset") armProbe(machine, at, side);
    return;
  }
  switch (signal.what) {
    case "syn":
      return onSyn(machine, at);
    case "synack":
      return onSynAck(machine, at);
    case "refused":
      if (end.life === "connecting") kill(machine, at, side, "ECONNREFUSED");
      return;
    default:
      return reset(machine, at, side);
  }
}

// ---- connecting --------------------------------------------------------------------------------

function onSyn<P extends Protocol>(machine: Machine<P>, at: At): void {
  const [client, server] = at.stream.ends;
  if (client.life !== "connecting" || !machine.host(server.host).up) return;
  const bound = machine.net().streamPorts.get(server.address);
  const m = bound === undefined ? undefined : machine.mount(bound.mount);
  const socket = m?.alive ? m.sockets[bound?.socket ?? -1] : undefined;
  if (bound === undefined || !socket?.listening) return tell(machine, at, "refused", 0);
  if (socket.inbox.length >= machine.net().limits.backlog) {
    machine.record(bound.mount, "drop", { stream: at.id, reason: "backlog full" });
    return;
  }
  at.stream.listener = {
    mount: bound.mount,
    socket: bound.socket,
    generation: socket.generation,
  };
  tell(machine, at, "synack", 0);
}

function onSynAck<P extends Protocol>(machine: Machine<P>, at: At): void {
  const [client, server] = at.stream.ends;
  if (client.life !== "connecting") return;
  client.life = "open";
  client.timer = 0;
  client.heardAt = machine.now;
  machine.record(client.mount, "connected", { stream: at.id });
  machine.wakeSocket(client.mount, client.socket);
  enqueue(machine, at, 0, { what: "open", message: undefined });
  watchIfSick(machine, at, client, server);
}

function onSynTimer<P extends Protocol>(machine: Machine<P>, at: At): void {
  const [client] = at.stream.ends;
  if (machine.now >= client.deadlineAt) return kill(machine, at, 0, "ETIMEDOUT");
  tell(machine, at, "syn", 1);
  client.tries++;
  const wait = SYN_RETRY_US * 2 ** Math.min(client.tries, 20);
  armTimer(machine, at, 0, Math.min(wait, client.deadlineAt - machine.now));
}

/** The third part of the handshake: the listener that answered gets its connection. */
function onOpen<P extends Protocol>(machine: Machine<P>, at: At): "taken" | "refused" | "full" {
  const { stream } = at;
  const { mount, socket: slot, generation } = stream.listener;
  const m = machine.mount(mount);
  const listener = m.sockets[slot];
  if (!m.alive || listener?.generation !== generation || !listener.listening) return "refused";
  if (listener.inbox.length >= machine.net().limits.backlog) return "full";
  const [client, server] = stream.ends;
  server.life = "open";
  server.mount = mount;
  server.socket = openSocket(m, { kind: "stream", port: listener.port, stream: at.id, end: 1 });
  server.unackedAt = machine.now;
  listener.inbox.push(at.id);
  machine.wakeSocket(mount, slot);
  watchIfSick(machine, at, server, client);
  return "taken";
}

/** A fault that began before the end existed armed no probe for it. */
function watchIfSick<P extends Protocol>(machine: Machine<P>, at: At, end: End, peer: End): void {
  const clear = isClear(machine, end.host, peer.host) && isClear(machine, peer.host, end.host);
  if (!clear || peer.life === "dead") armProbe(machine, at, end === at.stream.ends[0] ? 0 : 1);
}

// ---- segments ----------------------------------------------------------------------------------

function onArrival<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const from = other(side);
  const receiver = at.stream.ends[side];
  const sender = at.stream.ends[from];
  sender.flight = 0;
  const isUp = machine.host(receiver.host).up;
  if (!isUp || !crosses(machine, sender.host, receiver.host)) {
    sender.lost = true;
    if (sender.timer === 0) retryLater(machine, at, from);
    return;
  }
  const segment = sender.unacked[sender.arrived];
  const fate = fateOf(machine, at, side, segment);
  switch (fate) {
    case "taken":
      if (segment !== undefined) sender.arrived++;
      receiver.heardAt = machine.now;
      return afterArrival(machine, at, from);
    case "full":
      sender.stalled = true;
      return afterArrival(machine, at, from);
    case "ignored":
      sender.lost = true;
      if (sender.timer === 0) retryLater(machine, at, from);
      return;
    default:
      // Nobody knows it. The reset may get lost: the timer asks again.
      tell(machine, at, "reset", from);
      sender.lost = true;
      if (sender.timer === 0) retryLater(machine, at, from);
      if (receiver.life === "open") kill(machine, at, side, undefined);
      return;
  }
}

type Fate = "taken" | "full" | "ignored" | "refused";

function fateOf<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  side: Side,
  segment: Segment | undefined,
): Fate {
  const { life } = at.stream.ends[side];
  // A repeated segment: it only wants its acknowledgement.
  if (segment === undefined) return life === "open" ? "taken" : "refused";
  // The last FIN of a stream that both ends closed: the host still knows it (TIME_WAIT).
  const isLast = segment.what === "fin" && at.stream.ends[other(side)].peerClosed;
  if (isLast && life === "dead") return "taken";
  return take(machine, at, segment);
}

function take<P extends Protocol>(machine: Machine<P>, at: At, segment: Segment): Fate {
  const end = at.stream.ends[segment.end];
  if (end.life === "unborn" && segment.what === "open") {
    const opened = onOpen(machine, at);
    return opened === "full" ? "ignored" : opened;
  }
  if (end.life !== "open") return "refused";
  const socket = end.socket < 0 ? undefined : machine.mount(end.mount).sockets[end.socket];
  if (segment.what === "fin") {
    end.peerClosed = true;
  } else {
    // Data for one who will read no more is answered with a reset.
    if (socket === undefined || end.shut) return "refused";
    if (socket.inbox.length >= machine.net().limits.receiveBuffer) return "full";
    socket.inbox.push(segment.message);
  }
  if (socket !== undefined) machine.wakeSocket(end.mount, end.socket);
  return "taken";
}

/** Acknowledges what has arrived if the way back is open, then goes on with what is next. */
function afterArrival<P extends Protocol>(machine: Machine<P>, at: At, from: Side): void {
  const sender = at.stream.ends[from];
  const receiver = at.stream.ends[other(from)];
  const { link } = wayOf(machine.net(), receiver.host, sender.host);
  if (!link.streamsCut && !link.clogged) acknowledge(machine, at, from);
  if (sender.life !== "open" || sender.unacked.length === 0) return;
  const next = sender.unacked[sender.arrived];
  if (next !== undefined && !sender.stalled) {
    const { delay } = wayOf(machine.net(), sender.host, receiver.host);
    transmit(machine, at, from, restOfWay(machine, delay, next.sentAt));
  }
  if (sender.arrived > 0 && sender.timer === 0) retryLater(machine, at, from);
}

function acknowledge<P extends Protocol>(machine: Machine<P>, at: At, from: Side): void {
  const sender = at.stream.ends[from];
  const { unacked } = sender;
  const wasFull = unacked.length >= machine.net().limits.sendBuffer;
  if (sender.arrived === 1) unacked.shift();
  else if (sender.arrived > 1) unacked.splice(0, sender.arrived);
  sender.arrived = 0;
  sender.tries = 0;
  sender.timer = 0;
  sender.unackedAt = machine.now;
  sender.heardAt = machine.now;
  if (sender.socket < 0) {
    if (unacked.length === 0) kill(machine, at, from, undefined);
  } else if (wasFull) machine.wakeSocket(sender.mount, sender.socket);
}
