// The faults that a scenario can make, by name, on hosts and on the ways between them. Each says
// what it takes, so that a misspelt argument is refused instead of passed over.

import * as hosts from "../../engine/hosts.ts";
import * as links from "../../engine/network/links.ts";
import { resetStreams } from "../../engine/network/streams.ts";
import {
  choiceArg,
  durationArgUs,
  expectArgs,
  numberArg,
  type ScnCommand,
} from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";

interface Fault {
  readonly keys: readonly string[];
  make(w: AnyWorld, c: ScnCommand): void;
}

const CHANCE = 1000;

/** A number of something of which there are `count`. */
function indexArg(c: ScnCommand, key: string, of: { count: number; what: string }): number {
  const n = numberArg(c, key, key === "host" ? 0 : undefined);
  if (n < of.count) return n;
  throw new UserError(`${key}= is one of the ${of.count} ${of.what}, counted from 0; it is ${n}`);
}

const hostArg = (w: AnyWorld, c: ScnCommand, key: string): number =>
  indexArg(c, key, { count: w.hostCount, what: "hosts" });

function permilleArg(c: ScnCommand, key: string, fallback: number, most: number): number {
  const value = numberArg(c, key, fallback);
  if (value <= most) return value;
  throw new UserError(`${key}= is in thousandths, at most ${most}; it is ${value}`);
}

/** `host=1`; the first without it. */
const onHost = (make: (w: AnyWorld, host: number) => void): Fault => ({
  keys: ["host"],
  make: (w, c) => make(w, hostArg(w, c, "host")),
});

/** `host=1 permille=500`. */
const byPermille = (
  most: number,
  make: (w: AnyWorld, host: number, permille: number) => void,
): Fault => ({
  keys: ["host", "permille"],
  make: (w, c) => make(w, hostArg(w, c, "host"), permilleArg(c, "permille", 1000, most)),
});

/** `from=0 to=1`: that way only. */
const way = (
  make: (w: AnyWorld, from: number, to: number, c: ScnCommand) => void,
  keys: readonly string[] = [],
): Fault => ({
  keys: ["from", "to", ...keys],
  make: (w, c) => make(w, hostArg(w, c, "from"), hostArg(w, c, "to"), c),
});

const TRAFFIC = {
  both: {},
  datagrams: { streams: false },
  streams: { datagrams: false },
} as const;
const KINDS = ["both", "datagrams", "streams"] as const;

/** `what=streams` leaves datagrams alone, and the other way round. */
const traffic = (c: ScnCommand): links.Traffic => TRAFFIC[choiceArg(c, "what", KINDS, "both")];

/** Both ways between the host and every other one. */
function aroundHost(w: AnyWorld, host: number, act: (from: number, to: number) => void): void {
  for (let other = 0; other < w.hostCount; other++) {
    if (other === host) continue;
    act(host, other);
    act(other, host);
  }
}

const ERRORS = ["ENOMEM", "EIO"] as const;

function failHeld(w: AnyWorld, id: number, error: (typeof ERRORS)[number]): void {
  const held = w.mount(id).tasks.filter((task) => task?.park?.on === "hold");
  if (held.length === 0) {
    throw new UserError(
      `nobody is held on ${w.peekMount(id).name}: hold a task there and run to it`,
    );
  }
  for (const task of held) if (task !== undefined) task.ret = { error };
}

const MOST_TIMES = 1_000_000;

const faults: Readonly<Record<string, Fault>> = {
  "power-off": onHost(hosts.powerOff),
  "power-on": onHost(hosts.powerOn),
  pause: onHost(hosts.pause),
  resume: onHost(hosts.resume),
  slow: byPermille(MOST_TIMES, hosts.setSlow),
  clock: byPermille(MOST_TIMES, hosts.setClock),
  "kill-mount": { keys: ["mount"], make: (w, c) => hosts.killMount(w, mountArg(w, c)) },
  "stall-io": onHost(hosts.stallIo),
  "release-io": onHost(hosts.releaseIo),
  "fail-io": byPermille(CHANCE, hosts.failIo),
  "slow-io": byPermille(MOST_TIMES, hosts.slowIo),
  /** What a task that is held got from the call or I/O before: an error instead. */
  "fail-held": {
    keys: ["mount", "error"],
    make: (w, c) => failHeld(w, mountArg(w, c), choiceArg(c, "error", ERRORS, "ENOMEM")),
  },
  isolate: onHost(hosts.isolate),
  readmit: onHost(hosts.readmit),
  "isolate-datagrams": onHost((w, host) =>
    links.isolateHost(w, host, { hosts: w.hostCount, what: { streams: false } }),
  ),
  /** Streams to and from the host stay up at both ends, and nothing passes. */
  "black-hole": onHost((w, host) =>
    links.isolateHost(w, host, { hosts: w.hostCount, what: { datagrams: false } }),
  ),
  /** Ends every cut and clog of the host. */
  reconnect: onHost((w, host) =>
    aroundHost(w, host, (from, to) => {
      links.heal(w, from, to);
      links.unclog(w, from, to);
    }),
  ),
  /** Whoever is in between resets every stream of the host. */
  "reset-host": onHost((w, host) => {
    for (let other = 0; other < w.hostCount; other++) resetStreams(w, host, other);
  }),
  cut: way((w, from, to, c) => links.cut(w, from, to, traffic(c)), ["what"]),
  heal: way((w, from, to, c) => links.heal(w, from, to, traffic(c)), ["what"]),
  clog: way(links.clog),
  unclog: way(links.unclog),
  reset: way(resetStreams),
  link: way(
    (w, from, to, c) =>
      links.setLink(w, from, to, {
        minUs: durationArgUs(c, "min", 50),
        maxUs: durationArgUs(c, "max", 250),
        lossPermille: permilleArg(c, "loss", 0, 1000),
        duplicatePermille: permilleArg(c, "duplicate", 0, 1000),
      }),
    ["min", "max", "loss", "duplicate"],
  ),
};

export const faultNames = Object.keys(faults);

export function makeFault(w: AnyWorld, name: string, c: ScnCommand): void {
  const fault = faults[name];
  if (fault === undefined) {
    throw new UserError(`unknown fault "${name}"; faults are ${faultNames.join(", ")}`);
  }
  expectArgs(c, { keys: fault.keys, maxWords: 1 });
  fault.make(w, c);
}
