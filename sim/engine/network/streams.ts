// Streams, as scoutfs sees TCP: the verbs of a mount. Promise: messages arrive in order and at most
// once until the stream breaks; each end learns of a break by itself, from a segment that reaches
// it or from a timer, so for a while one may think it whole while the other has given up. As in
// Linux, what has arrived is read first: a reset, a timeout or the reader's own shutdown shows
// behind it.

import {
  type Address,
  address,
  type Errno,
  type HostId,
  hostOf,
  type Protocol,
  type SocketId,
  type StreamState,
  type Us,
} from "../../../src/core/index.ts";
import type { Machine } from "../machine.ts";
import type { Socket } from "../state/state.ts";
import { closeDatagrams } from "./datagrams.ts";
import type { End } from "./net.ts";
import { freeSocket, openPort, openSocket, socketOf } from "./sockets.ts";
import { SYN_RETRY_US } from "./stream-arrivals.ts";
import {
  type At,
  armProbe,
  armTimer,
  enqueue,
  freeIfReleased,
  kill,
  newEnd,
  other,
  streamAt,
  tell,
  transmit,
} from "./stream-ends.ts";

export { isLiveStream, onStream } from "./stream-arrivals.ts";
export { hostPaused, mountLost, resetOpenedBy, resetStreams } from "./stream-faults.ts";

// ---- listening ---------------------------------------------------------------------------------

export function bind<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  port: number,
): SocketId | Errno {
  const { streamPorts } = machine.net();
  return openPort(machine.mount(mount), { kind: "listener", port, mount }, streamPorts);
}

export function listen<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): void {
  socketOf(machine.mount(mount), socket, "listener").listening = true;
}

export function accept<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): SocketId | Errno | undefined {
  const listener = socketOf(machine.mount(mount), socket, "listener");
  if (!listener.listening) return "EINVAL";
  if (listener.inbox.length === 0) return undefined;
  const id = listener.inbox.shift() as number;
  machine.record(mount, "accept", { stream: id });
  return streamAt(machine.net(), id).stream.ends[1].socket as SocketId;
}

/** Stops to listen; whoever was not accepted is reset. The port stays taken until `close`. */
function stopListening<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  listener: Socket,
): void {
  listener.listening = false;
  for (const id of listener.inbox.splice(0) as number[]) {
    const at = streamAt(machine.net(), id);
    const { socket } = at.stream.ends[1];
    at.stream.ends[1].socket = -1;
    freeSocket(machine, mount, socket);
    abort(machine, at, 1);
  }
}

// ---- connecting --------------------------------------------------------------------------------

const EPHEMERAL = 32768;

export function connect<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  to: Address,
  timeoutUs: Us,
): SocketId {
  const net = machine.net();
  const m = machine.mount(mount);
  const { now } = machine;
  let id = 0;
  while (net.streams[id]?.live) id++;
  if (id >= net.limits.streams) {
    machine.tooMuch("streams", net.limits.streams, "look for sockets that are never closed");
  }
  const port = EPHEMERAL + id;
  const socket = openSocket(m, { kind: "stream", port, stream: id, end: 0 });
  const { host } = m;
  const deadlineAt = now + timeoutUs;
  const here = address(host as HostId, port);
  const [life, unborn] = ["connecting", "unborn"] as const;
  const there = { host: hostOf(to), address: to, mount: -1, socket: -1 };
  const ends: [End, End] = [
    newEnd(net, now, { host, address: here, mount, socket, life, deadlineAt }),
    newEnd(net, now, { ...there, life: unborn, deadlineAt: now }),
  ];
  const events = net.streams[id]?.events ?? 0;
  const listener = { mount: -1, socket: -1, generation: -1 };
  net.streams[id] = { live: true, events, born: events, ends, listener };
  const at = streamAt(net, id);
  machine.record(mount, "connect", { stream: id, to });
  tell(machine, at, "syn", 1);
  armTimer(machine, at, 0, Math.min(SYN_RETRY_US, timeoutUs));
  return socket as SocketId;
}

// ---- an end ------------------------------------------------------------------------------------

/** The end that a stream socket is. */
function endOf<P extends Protocol>(machine: Machine<P>, mount: number, socket: SocketId): End {
  const { stream, end } = socketOf(machine.mount(mount), socket, "stream");
  return streamAt(machine.net(), stream).stream.ends[end];
}

export function stateOf<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): StreamState {
  const end = endOf(machine, mount, socket);
  if (end.error !== undefined) return { broken: end.error };
  if (end.shut) return "shut";
  if (end.life === "connecting") return "connecting";
  return end.peerClosed ? "peer-closed" : "established";
}

export function peerOf<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): Address {
  const { stream, end } = socketOf(machine.mount(mount), socket, "stream");
  return streamAt(machine.net(), stream).stream.ends[other(end)].address;
}

export function send<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
  message: P["Message"],
): boolean | Errno {
  const { stream: id, end: side } = socketOf(machine.mount(mount), socket, "stream");
  const net = machine.net();
  const at = streamAt(net, id);
  const end = at.stream.ends[side];
  if (end.error !== undefined) return end.error;
  if (end.shut) return "EPIPE";
  if (end.life === "connecting" || end.unacked.length >= net.limits.sendBuffer) return false;
  machine.record(mount, "send", { stream: id, end: side, number: end.sent });
  enqueue(machine, at, side, { what: "data", message });
  return true;
}

export function receive<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): { readonly message: P["Message"] } | Errno | "end" | undefined {
  const { stream: id, end: side, inbox } = socketOf(machine.mount(mount), socket, "stream");
  const at = streamAt(machine.net(), id);
  const end = at.stream.ends[side];
  if (inbox.length > 0) {
    const message = inbox.shift() as P["Message"];
    const from = other(side);
    if (at.stream.ends[from].stalled) goOn(machine, at, from);
    return { message };
  }
  if (end.error !== undefined) return end.error;
  return end.shut || end.peerClosed ? "end" : undefined;
}

/** There is room again for what the sender has. */
function goOn<P extends Protocol>(machine: Machine<P>, at: At, side: 0 | 1): void {
  const sender = at.stream.ends[side];
  sender.stalled = false;
  if (sender.arrived === 0) sender.unackedAt = machine.now;
  transmit(machine, at, side);
}

// ---- the end of it -----------------------------------------------------------------------------

export function shutdown<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): void {
  const m = machine.mount(mount);
  if (m.sockets[socket]?.kind === "listener") {
    stopListening(machine, mount, socketOf(m, socket, "listener"));
  } else {
    const { stream, end } = socketOf(m, socket, "stream");
    const at = streamAt(machine.net(), stream);
    machine.record(mount, "shutdown", { stream, end });
    // It breaks a connect that blocks.
    if (at.stream.ends[end].life === "connecting") kill(machine, at, end, "ECONNABORTED");
    shutEnd(machine, at, end);
  }
  machine.wakeSocket(mount, socket);
}

/** Nothing more arrives or is sent; the peer hears of it behind what was sent before. */
function shutEnd<P extends Protocol>(machine: Machine<P>, at: At, side: 0 | 1): void {
  const end = at.stream.ends[side];
  if (end.shut) return;
  end.shut = true;
  if (end.life === "connecting") kill(machine, at, side, undefined);
  else if (end.life === "open") enqueue(machine, at, side, { what: "fin", message: undefined });
}

/** Forgets the end and tells the peer so. */
function abort<P extends Protocol>(machine: Machine<P>, at: At, side: 0 | 1): void {
  if (at.stream.ends[side].life === "open") {
    tell(machine, at, "reset", other(side));
    at.stream.ends[side].shut = true;
    kill(machine, at, side, undefined);
  } else freeIfReleased(at.stream);
}

export function close<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): void {
  const m = machine.mount(mount);
  const s = m.sockets[socket];
  if (s?.kind === "datagram") return closeDatagrams(machine, mount, socket);
  if (s?.kind === "listener") {
    stopListening(machine, mount, s);
    machine.net().streamPorts.delete(address(m.host as HostId, s.port));
    return freeSocket(machine, mount, socket);
  }
  const { stream, end: side, inbox } = socketOf(m, socket, "stream");
  const at = streamAt(machine.net(), stream);
  const end = at.stream.ends[side];
  machine.record(mount, "close", { stream, end: side });
  end.socket = -1;
  freeSocket(machine, mount, socket);
  if (inbox.length > 0) return abort(machine, at, side);
  shutEnd(machine, at, side);
  // An end whose FIN was acknowledged before has nothing left to do.
  if (end.life === "open" && end.unacked.length === 0) kill(machine, at, side, undefined);
  else freeIfReleased(at.stream);
}

/** For one end, from now on; a probe that was armed by the time before is armed anew. */
export function setUserTimeout<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
  timeoutUs: Us,
): void {
  const { stream, end: side } = socketOf(machine.mount(mount), socket, "stream");
  const at = streamAt(machine.net(), stream);
  const end = at.stream.ends[side];
  end.userTimeoutUs = timeoutUs;
  if (end.probe === 0) return;
  end.probe = 0;
  armProbe(machine, at, side);
}
