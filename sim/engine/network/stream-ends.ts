// One end of a stream: sending what is next, waiting for the acknowledgement, probing a silent
// peer, dying. Promise: a healthy, idle stream has no event pending; a sick one has a timer that
// ends by the user timeout, so that no end waits for ever for what cannot come.

import type { Address, Errno, Protocol } from "../../../src/core/index.ts";
import { Kind } from "../event.ts";
import { type Delay, type Machine, UNBOUNDED } from "../machine.ts";
import { crosses, type End, isClear, type Net, post, type Stream, wayOf } from "./net.ts";

/** First wait for an acknowledgement; doubles up to the longest. */
const RETRY_US = 200_000;
const RETRY_MOST_US = 120_000_000;
const DOUBLINGS = 10;

export type Side = 0 | 1;
export const other = (side: Side): Side => (side === 0 ? 1 : 0);

/** What happens to an end besides segments: the bodies of those events. */
export interface Signal {
  readonly what: "syn" | "synack" | "refused" | "reset" | "kill" | "again" | "timer" | "probe";
  readonly end: Side;
}
type What = Signal["what"];
const both = (what: What): readonly [Signal, Signal] => [
  { what, end: 0 },
  { what, end: 1 },
];
export const signals: Readonly<Record<What, readonly [Signal, Signal]>> = {
  syn: both("syn"),
  synack: both("synack"),
  refused: both("refused"),
  reset: both("reset"),
  kill: both("kill"),
  again: both("again"),
  timer: both("timer"),
  probe: both("probe"),
};

export interface NewEnd {
  readonly host: number;
  readonly address: Address;
  readonly mount: number;
  readonly socket: number;
  readonly life: "unborn" | "connecting";
  readonly deadlineAt: number;
}

export const newEnd = (net: Net, now: number, e: NewEnd): End => ({
  host: e.host,
  address: e.address,
  mount: e.mount,
  socket: e.socket,
  life: e.life,
  error: undefined,
  shut: false,
  peerClosed: false,
  unacked: [],
  arrived: 0,
  sent: 0,
  flight: 0,
  timer: 0,
  tries: 0,
  lost: false,
  stalled: false,
  unackedAt: now,
  probe: 0,
  probes: 0,
  heardAt: now,
  deadlineAt: e.deadlineAt,
  userTimeoutUs: net.limits.userTimeoutUs,
});

/** A stream, and which one: what every function below works on. */
export interface At {
  readonly id: number;
  readonly stream: Stream;
}

export function streamAt(net: Net, id: number): At {
  return { id, stream: net.streams[id] as Stream };
}

/** The mount that an event of the end belongs to; -1 when nobody lives there. */
function mountThere<P extends Protocol>(machine: Machine<P>, end: End): number {
  const { streamPorts } = machine.net();
  const mount = end.mount >= 0 ? end.mount : (streamPorts.get(end.address)?.mount ?? -1);
  return mount >= 0 && machine.mount(mount).alive ? mount : -1;
}

/** Sends what needs no acknowledgement to one end. */
export function tell<P extends Protocol>(machine: Machine<P>, at: At, what: What, to: Side): void {
  const { ends } = at.stream;
  const end = ends[to];
  post(machine, eventFor(machine, at, signals[what][to]), {
    from: ends[other(to)].host,
    to: end.host,
  });
}

export function eventFor<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  body: { readonly end: Side },
): { kind: Kind; mount: number; who: number; gen: number; body: unknown } {
  const { stream } = at;
  const mount = mountThere(machine, stream.ends[body.end]);
  return { kind: Kind.stream, mount, who: at.id, gen: ++stream.events, body };
}

/** Queues a segment behind what was sent before. */
export function enqueue<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  side: Side,
  segment: { readonly what: "open" | "data" | "fin"; readonly message: unknown },
): void {
  const end = at.stream.ends[side];
  const { now } = machine;
  if (end.unacked.length === 0) {
    end.unackedAt = now;
    end.tries = 0;
  }
  const { what, message } = segment;
  const number = end.sent++;
  end.unacked.push({ what, end: other(side), number, message, sentAt: now });
  transmit(machine, at, side);
}

/** Puts the next segment on its way, or repeats one whose acknowledgement is missing. */
export function transmit<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  side: Side,
  delay?: Delay,
): void {
  const end = at.stream.ends[side];
  if (end.life !== "open" || end.flight !== 0 || end.stalled || end.lost) return;
  if (end.unacked.length === 0) return;
  const to = other(side);
  const peer = at.stream.ends[to];
  const event = eventFor(machine, at, end.unacked[end.arrived] ?? signals.again[to]);
  end.flight = event.gen;
  post(machine, event, { from: end.host, to: peer.host }, delay);
  if (end.timer === 0 && mayLinger(machine, end, peer)) retryLater(machine, at, side);
}

/** Whether what was just sent may stay out long: held by a clog or by a paused host. */
function mayLinger<P extends Protocol>(machine: Machine<P>, end: End, peer: End): boolean {
  return wayOf(machine.net(), end.host, peer.host).link.clogged || machine.host(peer.host).paused;
}

/** What is left of the journey of a segment that was sent while another one was ahead of it. */
export function restOfWay(machine: { now: number }, way: Delay, sentAt: number): Delay {
  const passed = machine.now - sentAt;
  if (passed === 0) return way;
  const min = way.min > passed ? way.min - passed : 0;
  if (way.max >= UNBOUNDED) return { min, max: way.max };
  return { min, max: way.max > passed ? way.max - passed : 0 };
}

/** Arms the retransmission: later each time, and never after the user timeout. */
export function retryLater<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  const left = Math.max(0, end.unackedAt + end.userTimeoutUs - machine.now);
  const wait = Math.min(RETRY_US << Math.min(end.tries, DOUBLINGS), RETRY_MOST_US, left);
  end.tries++;
  armTimer(machine, at, side, wait);
}

export function armTimer<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  side: Side,
  delayUs: number,
): void {
  const event = eventFor(machine, at, signals.timer[side]);
  at.stream.ends[side].timer = event.gen;
  machine.scheduleAfter(event, delayUs);
}

/** The retransmission timer of an open end. */
export function onRetry<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  if (end.unacked.length === 0) return;
  if (machine.now - end.unackedAt >= end.userTimeoutUs) return timeOut(machine, at, side);
  end.lost = false;
  if (end.flight !== 0) retryLater(machine, at, side);
  else transmit(machine, at, side);
}

/** The end breaks without a word; its peer finds out by itself. */
function timeOut<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  kill(machine, at, side, "ETIMEDOUT");
  armProbe(machine, at, other(side));
}

// ---- keepalive ---------------------------------------------------------------------------------

function idleUs(net: Net, end: End): number {
  const { keepProbes, keepIntervalUs } = net.limits;
  return Math.max(keepIntervalUs, end.userTimeoutUs - keepProbes * keepIntervalUs);
}

/** From now on the end finds out if nobody answers. Called whenever silence may have begun. */
export function armProbe<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  if (end.life !== "open" || end.probe !== 0) return;
  const due = end.heardAt + idleUs(machine.net(), end) - machine.now;
  probeAfter(machine, at, side, Math.max(0, due));
}

function probeAfter<P extends Protocol>(machine: Machine<P>, at: At, side: Side, us: number) {
  const event = eventFor(machine, at, signals.probe[side]);
  at.stream.ends[side].probe = event.gen;
  machine.scheduleAfter(event, us);
}

export function onProbe<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  const peer = at.stream.ends[other(side)];
  const net = machine.net();
  end.probe = 0;
  const idle = idleUs(net, end);
  // What is not acknowledged has a timer of its own, and probes wait for that.
  if (end.unacked.length > 0 && !end.stalled) return probeAfter(machine, at, side, idle);
  const silence = machine.now - end.heardAt;
  if (silence < idle) {
    end.probes = 0;
    if (peer.life === "open" && isOpenPath(machine, end, peer)) return;
    return probeAfter(machine, at, side, idle - silence);
  }
  if (isOpenPath(machine, end, peer) && crosses(machine, end.host, peer.host)) {
    if (peer.life !== "open") return reset(machine, at, side);
    end.probes = 0;
    end.heardAt = machine.now;
    peer.heardAt = machine.now;
    return;
  }
  if (end.probes < net.limits.keepProbes) {
    end.probes++;
    return probeAfter(machine, at, side, net.limits.keepIntervalUs);
  }
  tell(machine, at, "reset", other(side));
  timeOut(machine, at, side);
}

const isOpenPath = <P extends Protocol>(machine: Machine<P>, end: End, peer: End): boolean =>
  isClear(machine, end.host, peer.host) && isClear(machine, peer.host, end.host);

// ---- death -------------------------------------------------------------------------------------

/** A reset reached the end. What it has not read can be read still. */
export function reset<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  if (end.life !== "open" && end.life !== "connecting") return;
  kill(machine, at, side, end.peerClosed ? "EPIPE" : "ECONNRESET");
}

/** The host forgets the end; its socket, if it still has one, tells the error. */
export function kill<P extends Protocol>(
  machine: Machine<P>,
  at: At,
  side: Side,
  error: Errno | undefined,
): void {
  const end = at.stream.ends[side];
  end.life = "dead";
  if (end.unacked.length > 0) end.unacked.length = 0;
  end.arrived = end.flight = end.timer = end.probe = 0;
  end.lost = end.stalled = false;
  if (error !== undefined && !end.shut) {
    end.error = error;
    machine.record(end.mount, "broken", { stream: at.id, end: side, error });
  }
  if (end.socket >= 0) machine.wakeSocket(end.mount, end.socket);
  freeIfReleased(at.stream);
}

/** The slot is free once neither end has a socket or anything left to send. */
export function freeIfReleased(stream: Stream): void {
  stream.live = stream.ends.some((e) => e.socket >= 0 || e.life === "open");
}
