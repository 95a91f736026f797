// The faults that a scenario can make, by name, on hosts and on the ways between them.

import * as hosts from "../engine/hosts.ts";
import * as links from "../engine/network/links.ts";
import { resetStreams } from "../engine/network/streams.ts";
import { durationArgUs, numberArg, type ScnCommand } from "../report/scn.ts";
import type { AnyWorld } from "./any-world.ts";

type Fault = (w: AnyWorld, c: ScnCommand) => void;

const host = (c: ScnCommand): number => numberArg(c, "host", 0);
const permille = (c: ScnCommand): number => numberArg(c, "permille", 1000);
const both = { datagrams: true, streams: true };

/** `from=0 to=1`: that way only. */
const way =
  (fault: (w: AnyWorld, from: number, to: number) => void): Fault =>
  (w, c) =>
    fault(w, numberArg(c, "from"), numberArg(c, "to"));

const faults: Readonly<Record<string, Fault>> = {
  "power-off": (w, c) => hosts.powerOff(w, host(c)),
  "power-on": (w, c) => hosts.powerOn(w, host(c)),
  pause: (w, c) => hosts.pause(w, host(c)),
  resume: (w, c) => hosts.resume(w, host(c)),
  slow: (w, c) => hosts.setSlow(w, host(c), permille(c)),
  clock: (w, c) => hosts.setClock(w, host(c), permille(c)),
  "kill-mount": (w, c) => hosts.killMount(w, numberArg(c, "id", 0)),
  "stall-io": (w, c) => hosts.stallIo(w, host(c)),
  "release-io": (w, c) => hosts.releaseIo(w, host(c)),
  "fail-io": (w, c) => hosts.failIo(w, host(c), permille(c)),
  "slow-io": (w, c) => hosts.slowIo(w, host(c), permille(c)),
  isolate: (w, c) => hosts.isolate(w, host(c)),
  readmit: (w, c) => hosts.readmit(w, host(c)),
  "isolate-datagrams": (w, c) =>
    links.isolateHost(w, host(c), { hosts: w.hostCount, what: { streams: false } }),
  cut: way((w, from, to) => links.cut(w, from, to, both)),
  heal: way((w, from, to) => links.heal(w, from, to, both)),
  clog: way(links.clog),
  unclog: way(links.unclog),
  reset: way(resetStreams),
  link: (w, c) =>
    links.setLink(w, numberArg(c, "from"), numberArg(c, "to"), {
      minUs: durationArgUs(c, "min", 50),
      maxUs: durationArgUs(c, "max", 250),
      lossPermille: numberArg(c, "loss", 0),
      duplicatePermille: numberArg(c, "duplicate", 0),
    }),
};

export const faultNames = Object.keys(faults);

export function makeFault(w: AnyWorld, name: string, c: ScnCommand): void {
  faults[name]?.(w, c);
}
