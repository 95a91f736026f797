// The network as data: which port is whose, the ways between hosts, the streams. Promise: a way is
// an ordered pair of hosts, so whatever befalls a -> b leaves b -> a alone, and what befalls
// datagrams leaves streams alone unless it is said of both. datagrams.ts and streams.ts move what
// is sent, links.ts makes and mends faults; this file only knows where everything is kept.

import type { Address, Errno, Protocol } from "../../../src/core/index.ts";
import { assert } from "../../../src/core/index.ts";
import type { Delay, Machine, Scheduled } from "../machine.ts";
import type { Link } from "../state/state.ts";

export interface NetLimits {
  /** Datagrams that wait in a socket; more are dropped. */
  receiveQueue: number;
  /** Stream messages sent and not acknowledged; `send` says false then. */
  sendBuffer: number;
  /** Stream messages arrived and not taken; the sender stalls then. */
  receiveBuffer: number;
  /** Connections that were not accepted yet; a connect beyond it gets no answer. */
  backlog: number;
  /** What one clogged way holds; more is dropped. */
  held: number;
  streams: number;
  /** TCP_USER_TIMEOUT: how long an end waits for an acknowledgement or for an answer to its
   *  keepalive probes. `setUserTimeout` changes it for one end. */
  userTimeoutUs: number;
  /** The last part of that time is these many probes, at this interval. */
  keepProbes: number;
  keepIntervalUs: number;
}

export interface NetOptions {
  /** Between hosts. */
  readonly link?: Partial<Link>;
  /** Between mounts of one host. */
  readonly sameHost?: Partial<Link>;
  readonly limits?: Partial<NetLimits>;
}

/** One direction between two hosts. */
export interface Way {
  readonly link: Link;
  delay: Delay;
  /** What was sent while it was clogged, in order. */
  readonly held: Scheduled[];
}

export interface Binding {
  readonly mount: number;
  readonly socket: number;
}

/** What travels in order on a stream. It is also the body of its arrival event. */
export interface Segment {
  readonly what: "open" | "data" | "fin";
  /** The end that it goes to. */
  readonly end: 0 | 1;
  /** Counts what that direction carried: names the segment in the trace. */
  readonly number: number;
  readonly message: unknown;
  readonly sentAt: number;
}

export interface End {
  readonly host: number;
  readonly address: Address;
  /** -1 until a listener took it. */
  mount: number;
  /** -1 when the mount has none: not opened yet, or closed while data is under way. */
  socket: number;
  /** "dead": its host knows the stream no more and answers a segment of it with a reset. */
  life: "unborn" | "connecting" | "open" | "dead";
  error: Errno | undefined;
  shut: boolean;
  peerClosed: boolean;
  /** Sent and not acknowledged, oldest first. */
  readonly unacked: Segment[];
  /** How many of these the peer has already. */
  arrived: number;
  sent: number;
  /** Number of the pending arrival of the next segment, or 0. */
  flight: number;
  /** Number of the pending retransmission (or SYN retry), or 0. */
  timer: number;
  tries: number;
  /** The next segment did not arrive: it waits for the timer. */
  lost: boolean;
  /** The receiver has no room. */
  stalled: boolean;
  /** Since when there was no progress on what is not acknowledged. */
  unackedAt: number;
  /** Number of the pending keepalive probe, or 0. */
  probe: number;
  /** Probes without an answer. */
  probes: number;
  heardAt: number;
  /** When a connect gives up. */
  deadlineAt: number;
  userTimeoutUs: number;
}

/** Ends: 0 connected, 1 accepted. The slot is used again; its numbers go on. */
export interface Stream {
  live: boolean;
  /** Number of the event that was scheduled last. */
  events: number;
  /** That of the one before the stream began: events up to it are of an earlier stream. */
  born: number;
  ends: [End, End];
  /** Who answered the SYN. */
  listener: { readonly mount: number; readonly socket: number; readonly generation: number };
}

export interface Net {
  readonly limits: NetLimits;
  /** Ways that nothing was said of. */
  readonly usual: Way;
  readonly local: Way;
  readonly ways: Map<number, Way>;
  /** By address. UDP and TCP have ports of their own. */
  readonly datagramPorts: Map<number, Binding>;
  readonly streamPorts: Map<number, Binding>;
  readonly streams: Stream[];
}

const defaultLimits: NetLimits = {
  receiveQueue: 256,
  sendBuffer: 64,
  receiveBuffer: 64,
  backlog: 255,
  held: 4096,
  streams: 4096,
  userTimeoutUs: 60_000_000,
  keepProbes: 3,
  keepIntervalUs: 1_000_000,
};

const defaultLink: Link = {
  minUs: 50,
  maxUs: 250,
  lossPermille: 0,
  duplicatePermille: 0,
  reorderPermille: 0,
  reorderUs: 1000,
  datagramsCut: false,
  streamsCut: false,
  clogged: false,
};

const wayWith = (link: Link): Way => ({
  link,
  delay: { min: link.minUs, max: link.maxUs },
  held: [],
});

export function createNet(options: NetOptions = {}): Net {
  const local = { ...defaultLink, minUs: 5, maxUs: 20, ...options.sameHost };
  return {
    limits: { ...defaultLimits, ...options.limits },
    usual: wayWith({ ...defaultLink, ...options.link }),
    local: wayWith(local),
    ways: new Map(),
    datagramPorts: new Map(),
    streamPorts: new Map(),
    streams: [],
  };
}

/** Askers of draws are numbers below 65536, so this is how many hosts there can be. */
const HOSTS = 256;
/** Names an ordered pair of hosts: who asks for the draws of that way. */
export const pairOf = (from: number, to: number): number => from * HOSTS + to;

export function wayOf(net: Net, from: number, to: number): Way {
  if (net.ways.size > 0) {
    const way = net.ways.get(pairOf(from, to));
    if (way !== undefined) return way;
  }
  return from === to ? net.local : net.usual;
}

/** Changes one way and nothing else; records it. */
export function changeLink<P extends Protocol>(
  machine: Machine<P>,
  from: number,
  to: number,
  change: Partial<Link>,
): Way {
  const net = machine.net();
  assert(from < HOSTS && to < HOSTS, `hosts below ${HOSTS}, got ${from} and ${to}`);
  const before = wayOf(net, from, to);
  const link = { ...before.link, ...change };
  assert(0 <= link.minUs && link.minUs <= link.maxUs, "a link with 0 <= minUs <= maxUs");
  const way = { link, delay: { min: link.minUs, max: link.maxUs }, held: before.held.splice(0) };
  net.ways.set(pairOf(from, to), way);
  machine.record(-1, "link", { from, to, ...change });
  return way;
}

/** Puts a segment on its way, or holds it while the way is clogged. */
export function post<P extends Protocol>(
  machine: Machine<P>,
  event: Scheduled,
  pair: { readonly from: number; readonly to: number },
  delay?: Delay,
): void {
  const way = wayOf(machine.net(), pair.from, pair.to);
  if (way.link.clogged) way.held.push(event);
  else machine.schedule(event, delay ?? way.delay, pairOf(pair.from, pair.to), "stream delay");
}

/** Whether a segment gets through now; draws only where the way is lossy. */
export function crosses<P extends Protocol>(
  machine: Machine<P>,
  from: number,
  to: number,
): boolean {
  const { link } = wayOf(machine.net(), from, to);
  if (link.streamsCut) return false;
  if (link.lossPermille === 0) return true;
  return !machine.chance(pairOf(from, to), "stream loss", link.lossPermille);
}

/** Whether what is sent now is certain to arrive as far as the way and the far host decide it. */
export function isClear<P extends Protocol>(machine: Machine<P>, from: number, to: number) {
  const { link } = wayOf(machine.net(), from, to);
  if (link.streamsCut || link.clogged) return false;
  const host = machine.host(to);
  return host.up && !host.paused;
}
