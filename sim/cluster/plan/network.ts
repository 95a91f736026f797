// What a plan does to the ways between hosts: cuts of one host or of a pair, both ways or one way,
// clogs, and resets. With a single host it is the host's way to itself that suffers, which all of
// its mounts use.

import * as links from "../../engine/network/links.ts";
import type { ClusterWorld } from "../world/types.ts";
import type { TrafficKind } from "./types.ts";

/** A step of a plan that ends by itself. */
export interface Passing {
  readonly host: number;
  readonly forUs: number;
  readonly permille?: number;
  readonly peer?: number;
  readonly way?: "in" | "out";
  readonly what?: TrafficKind;
}

export interface Fault {
  /** Whose mounts it touches. */
  readonly touches: "host" | "all" | "nobody";
  /** One that lasts so long, and is that bad, touches all. */
  touchesAll?(w: ClusterWorld, s: Passing): boolean;
  /** Or those that a server on that host waits for. */
  touchesAwaited?(w: ClusterWorld, s: Passing): boolean;
  begin(w: ClusterWorld, s: Passing): void;
  end(w: ClusterWorld, s: Passing): void;
  /** For so long what began in it may go on as if it had not ended. */
  echoesUs?(w: ClusterWorld, s: Passing): number;
}

/** An ordered pair of hosts. */
type Way = readonly [from: number, to: number];

const TRAFFIC: Readonly<Record<TrafficKind, links.Traffic>> = {
  all: {},
  datagrams: { streams: false },
  streams: { datagrams: false },
};

function othersOf(w: ClusterWorld, host: number): number[] {
  if (w.hostCount === 1) return [host];
  return Array.from({ length: w.hostCount }, (_, id) => id).filter((id) => id !== host);
}
const outOf = (w: ClusterWorld, host: number): Way[] => othersOf(w, host).map((id) => [host, id]);
const into = (w: ClusterWorld, host: number): Way[] => othersOf(w, host).map((id) => [id, host]);
const around = (w: ClusterWorld, host: number): Way[] => [...outOf(w, host), ...into(w, host)];

/** Cuts the ways that the step names, and mends the same. */
const cutting = (
  waysOf: (w: ClusterWorld, s: Passing) => readonly Way[],
  kind?: TrafficKind,
): Fault => ({
  touches: "all",
  begin(w, s) {
    const what = TRAFFIC[kind ?? s.what ?? "all"];
    for (const [from, to] of waysOf(w, s)) links.cut(w, from, to, what);
  },
  end(w, s) {
    const what = TRAFFIC[kind ?? s.what ?? "all"];
    for (const [from, to] of waysOf(w, s)) links.heal(w, from, to, what);
  },
});

/** The older kinds: the end of one is the end of all cuts and clogs. */
const isolating = (streams: boolean): Fault => ({
  touches: "all",
  begin: (w, { host }) => links.isolateHost(w, host, { hosts: w.hostCount, what: { streams } }),
  end: (w) => links.healAll(w, w.hostCount),
});

export const networkFaults: Readonly<Record<string, Fault>> = {
  "cut-datagrams": isolating(false),
  "cut-all": isolating(true),
  "cut-streams": cutting((w, { host }) => around(w, host), "streams"),
  "cut-one-way": cutting((w, { host, way }) => (way === "in" ? into(w, host) : outOf(w, host))),
  "cut-pair": cutting((_w, { host, peer = host }) => [
    [host, peer],
    [peer, host],
  ]),
  clog: {
    touches: "all",
    begin(w, { host }) {
      for (const [from, to] of around(w, host)) links.clog(w, from, to);
    },
    end(w, { host }) {
      for (const [from, to] of around(w, host)) links.unclog(w, from, to);
    },
  },
};
