// What breaks streams from outside: a mount or a host that is gone, a host that is paused, resets
// by somebody in between. Promise: only streams with an end at the named place are touched, and an
// end elsewhere learns of it only by what reaches it or fails to.

import type { Protocol } from "../../../src/core/index.ts";
import type { Machine } from "../machine.ts";
import { pairOf, wayOf } from "./net.ts";
import {
  type At,
  armProbe,
  eventFor,
  kill,
  other,
  retryLater,
  type Side,
  signals,
  streamAt,
} from "./stream-ends.ts";

/** A mount is no more: its sockets and ports vanish without a word. */
export function mountLost<P extends Protocol>(machine: Machine<P>, mount: number): void {
  const net = machine.net();
  for (const ports of [net.datagramPorts, net.streamPorts]) {
    for (const [address, bound] of [...ports]) if (bound.mount === mount) ports.delete(address);
  }
  for (let id = 0; id < net.streams.length; id++) {
    const at = streamAt(net, id);
    if (!at.stream.live) continue;
    for (const side of [0, 1] as const) {
      if (at.stream.ends[side].mount === mount) vanish(machine, at, side);
    }
  }
  machine.mount(mount).sockets.length = 0;
}

function vanish<P extends Protocol>(machine: Machine<P>, at: At, side: Side): void {
  const end = at.stream.ends[side];
  end.socket = -1;
  end.shut = true;
  kill(machine, at, side, undefined);
  const peer = at.stream.ends[other(side)];
  armProbe(machine, at, other(side));
  if (peer.life !== "open" || peer.flight === 0) return;
  // What was on its way to the mount goes with it.
  peer.flight = 0;
  peer.lost = true;
  if (peer.timer === 0) retryLater(machine, at, other(side));
}

/** What happens to every stream between two hosts, in either direction. */
export function eachBetween<P extends Protocol>(
  machine: Machine<P>,
  a: number,
  b: number,
  act: (at: At) => void,
): void {
  const net = machine.net();
  for (let id = 0; id < net.streams.length; id++) {
    const at = streamAt(net, id);
    if (!at.stream.live) continue;
    const [x, y] = at.stream.ends;
    if ((x.host === a && y.host === b) || (x.host === b && y.host === a)) act(at);
  }
}

/** Call it when the host was paused: those who talk to it may wait in vain from now on. */
export function hostPaused<P extends Protocol>(machine: Machine<P>, host: number): void {
  const net = machine.net();
  for (let id = 0; id < net.streams.length; id++) {
    const at = streamAt(net, id);
    if (!at.stream.live) continue;
    for (const side of [0, 1] as const) {
      if (at.stream.ends[other(side)].host !== host) continue;
      const end = at.stream.ends[side];
      armProbe(machine, at, side);
      if (end.life === "open" && end.unacked.length > 0 && end.timer === 0 && !end.stalled) {
        retryLater(machine, at, side);
      }
    }
  }
}

/** Both ends learn of it, each after its own delay. */
function resetOne<P extends Protocol>(machine: Machine<P>, at: At): void {
  const net = machine.net();
  for (const side of [0, 1] as const) {
    const { host } = at.stream.ends[side];
    const peer = at.stream.ends[other(side)].host;
    const { delay } = wayOf(net, peer, host);
    const event = eventFor(machine, at, signals.kill[side]);
    machine.schedule(event, delay, pairOf(peer, host), "stream delay");
  }
}

/** Somebody in between resets the streams that a mount has opened: where several mounts share a
 *  host, those of one of them alone. */
export function resetOpenedBy<P extends Protocol>(machine: Machine<P>, mount: number): void {
  const net = machine.net();
  machine.record(mount, "link", { did: "reset what it opened" });
  for (let id = 0; id < net.streams.length; id++) {
    const at = streamAt(net, id);
    if (at.stream.live && at.stream.ends[0].mount === mount) resetOne(machine, at);
  }
}

/** Somebody between the hosts resets all streams. */
export function resetStreams<P extends Protocol>(
  machine: Machine<P>,
  fromHost: number,
  toHost: number,
): void {
  machine.record(-1, "link", { from: fromHost, to: toHost, did: "reset streams" });
  eachBetween(machine, fromHost, toHost, (at) => resetOne(machine, at));
}
