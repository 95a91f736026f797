// Datagrams, as UDP gives them: each arrives once, twice, late or never, in any order. Promise:
// what arrives was sent to that very address while the way let it through at both ends of its
// journey, and each one that does not arrive leaves a "drop" record that says why.

import {
  type Address,
  address,
  type Errno,
  type HostId,
  hostOf,
  type Protocol,
  type Received,
  type SocketId,
} from "../../../src/core/index.ts";
import { type Event, Kind } from "../event.ts";
import type { Delay, Machine, Scheduled } from "../machine.ts";
import { type Net, pairOf, type Way, wayOf } from "./net.ts";
import { freeSocket, openPort, socketOf } from "./sockets.ts";

/** What flies; the receiver's queue holds the same object. */
interface Flight {
  readonly from: Address;
  readonly to: Address;
  readonly body: unknown;
}

export function openDatagrams<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  port: number,
): SocketId | Errno {
  const { datagramPorts } = machine.net();
  return openPort(machine.mount(mount), { kind: "datagram", port, mount }, datagramPorts);
}

export function sendDatagram<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
  to: Address,
  body: P["Datagram"],
): Errno | undefined {
  const m = machine.mount(mount);
  const { port } = socketOf(m, socket, "datagram");
  const flight: Flight = { from: address(m.host as HostId, port), to, body };
  if (machine.wants("sent")) machine.tell(mount, "sent", flight);
  const target = hostOf(to);
  const net = machine.peekNet();
  const way = wayOf(net, m.host, target);
  const { link } = way;
  if (link.datagramsCut) return drop(machine, mount, flight, "cut");
  const who = pairOf(m.host, target);
  if (link.lossPermille > 0 && machine.chance(who, "datagram loss", link.lossPermille)) {
    return drop(machine, mount, flight, "lost");
  }
  launch(machine, net, way, flight);
  const twice = link.duplicatePermille;
  if (twice > 0 && machine.chance(who, "datagram twice", twice)) launch(machine, net, way, flight);
  return undefined;
}

function launch<P extends Protocol>(machine: Machine<P>, net: Net, way: Way, flight: Flight): void {
  const there = net.datagramPorts.get(flight.to)?.mount ?? -1;
  const who = pairOf(hostOf(flight.from), hostOf(flight.to));
  const event = { kind: Kind.datagram, mount: there, who, gen: 0, body: flight };
  if (way.link.clogged) {
    if (way.held.length < net.limits.held) hold(machine, flight, event);
    else drop(machine, there, flight, "clogged way is full");
    return;
  }
  const { reorderPermille, reorderUs } = way.link;
  let delay: Delay = way.delay;
  if (reorderPermille > 0 && machine.chance(who, "datagram reorder", reorderPermille)) {
    delay = { min: delay.min + reorderUs, max: delay.max + reorderUs };
  }
  machine.schedule(event, delay, who, "datagram delay");
}

function hold<P extends Protocol>(machine: Machine<P>, flight: Flight, event: Scheduled): void {
  wayOf(machine.net(), hostOf(flight.from), hostOf(flight.to)).held.push(event);
}

/** Kind.datagram: it reaches its address, if there is still somebody. */
export function onDatagram<P extends Protocol>(machine: Machine<P>, event: Event): void {
  const flight = event.body as Flight;
  const { to } = flight;
  const net = machine.peekNet();
  if (wayOf(net, hostOf(flight.from), hostOf(to)).link.datagramsCut) {
    drop(machine, event.mount, flight, "cut in flight");
    return;
  }
  const bound = net.datagramPorts.get(to);
  if (bound === undefined) {
    const reason = machine.host(hostOf(to)).up ? "not bound" : "host down";
    drop(machine, event.mount, flight, reason);
    return;
  }
  const m = machine.mount(bound.mount);
  const socket = m.sockets[bound.socket];
  if (!m.alive || socket === undefined) {
    drop(machine, bound.mount, flight, "mount dead");
  } else if (socket.inbox.length >= net.limits.receiveQueue) {
    drop(machine, bound.mount, flight, "receive queue full");
  } else {
    socket.inbox.push(flight);
    machine.wakeSocket(bound.mount, bound.socket);
  }
}

function drop<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  flight: Flight,
  reason: string,
): undefined {
  const { from, to, body } = flight;
  machine.record(mount, "drop", { from, to, reason, body });
  return undefined;
}

export function receiveDatagram<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): Received<P["Datagram"]> | undefined {
  const { inbox } = socketOf(machine.mount(mount), socket, "datagram");
  return inbox.length === 0 ? undefined : (inbox.shift() as Received<P["Datagram"]>);
}

/** The port is free at once; what waits in the socket is gone. */
export function closeDatagrams<P extends Protocol>(
  machine: Machine<P>,
  mount: number,
  socket: SocketId,
): void {
  const m = machine.mount(mount);
  const { port } = socketOf(m, socket, "datagram");
  machine.net().datagramPorts.delete(address(m.host as HostId, port));
  freeSocket(machine, mount, socket);
}
