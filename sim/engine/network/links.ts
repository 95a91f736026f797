// Faults of the ways between hosts, and their end. Promise: each changes the named ordered pairs
// and nothing else; cutting datagrams leaves streams alone and the other way round. A fault that
// streams could notice arms the keepalive probes of those that run over it.

import type { Protocol } from "../../../src/core/index.ts";
import { Kind } from "../event.ts";
import type { Machine } from "../machine.ts";
import type { Link } from "../state/state.ts";
import { changeLink, pairOf, wayOf } from "./net.ts";
import { armProbe } from "./stream-ends.ts";
import { eachBetween } from "./stream-faults.ts";

/** What a cut or its end concerns; both kinds unless it says otherwise. */
export interface Traffic {
  readonly datagrams?: boolean;
  readonly streams?: boolean;
}

const cutOf = (what: Traffic, isCut: boolean): Partial<Link> => ({
  ...(what.datagrams === false ? {} : { datagramsCut: isCut }),
  ...(what.streams === false ? {} : { streamsCut: isCut }),
});

/** Latency, loss and the like. For cuts and clogs there are functions below. */
export function setLink<P extends Protocol>(
  machine: Machine<P>,
  from: number,
  to: number,
  change: Partial<Omit<Link, "datagramsCut" | "streamsCut" | "clogged">>,
): void {
  const { link } = changeLink(machine, from, to, change);
  if (link.lossPermille > 0) watch(machine, from, to);
}

/** From now on silence on this way means something. */
function watch<P extends Protocol>(machine: Machine<P>, from: number, to: number): void {
  eachBetween(machine, from, to, (at) => {
    armProbe(machine, at, 0);
    armProbe(machine, at, 1);
  });
}

export function cut<P extends Protocol>(
  machine: Machine<P>,
  from: number,
  to: number,
  what: Traffic = {},
): void {
  changeLink(machine, from, to, cutOf(what, true));
  if (what.streams !== false) watch(machine, from, to);
}

export function heal<P extends Protocol>(
  machine: Machine<P>,
  from: number,
  to: number,
  what: Traffic = {},
): void {
  changeLink(machine, from, to, cutOf(what, false));
}

/** Ends all cuts and clogs; latencies and losses stay as they were set. */
export function healAll<P extends Protocol>(machine: Machine<P>, hosts: number): void {
  for (let from = 0; from < hosts; from++) {
    for (let to = 0; to < hosts; to++) {
      const { link } = wayOf(machine.net(), from, to);
      if (link.datagramsCut || link.streamsCut) heal(machine, from, to);
      if (link.clogged) unclog(machine, from, to);
    }
  }
}

/** Nothing gets from any of these to any of those; the other direction is as before. */
export function partitionOneWay<P extends Protocol>(
  machine: Machine<P>,
  from: readonly number[],
  to: readonly number[],
  what: Traffic = {},
): void {
  for (const a of from) for (const b of to) if (a !== b) cut(machine, a, b, what);
}

/** The two groups hear nothing of each other. A host that is in neither is a bridge: it reaches
 *  both and both reach it. */
export function partition<P extends Protocol>(
  machine: Machine<P>,
  left: readonly number[],
  right: readonly number[],
  what: Traffic = {},
): void {
  partitionOneWay(machine, left, right, what);
  partitionOneWay(machine, right, left, what);
}

/** Cuts one host off from all the others; its own mounts still reach each other. */
export function isolateHost<P extends Protocol>(
  machine: Machine<P>,
  host: number,
  others: { readonly hosts: number; readonly what?: Traffic },
): void {
  const rest = Array.from({ length: others.hosts }, (_, id) => id).filter((id) => id !== host);
  partition(machine, [host], rest, others.what);
}

/** Holds what is sent from now on. */
export function clog<P extends Protocol>(machine: Machine<P>, from: number, to: number): void {
  changeLink(machine, from, to, { clogged: true });
  watch(machine, from, to);
}

/** Lets go what was held, in a drawn order and with fresh delays. In order mode the delays alone
 *  give every order. A stream has one segment at most in a direction, so its order stays. */
export function unclog<P extends Protocol>(machine: Machine<P>, from: number, to: number): void {
  const way = changeLink(machine, from, to, { clogged: false });
  const who = pairOf(from, to);
  const held = way.held.splice(0);
  for (let left = held.length; left > 0; left--) {
    const drawn = machine.ordering ? 0 : machine.pick(who, "clog order", left);
    const [event] = held.splice(drawn, 1);
    if (event === undefined) continue;
    const why = event.kind === Kind.datagram ? "datagram delay" : "stream delay";
    machine.schedule(event, way.delay, who, why);
  }
}
