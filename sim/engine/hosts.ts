// What befalls a host: power, pauses, a slow processor, a wrong clock, and its way to the device.
// Promise: each of these touches the named host alone, and of it only what its name says. A paused
// host does nothing and loses nothing; a host without power leaves nothing behind but writes that
// were under way, and after `settleWrites` or `isolate` not even those.

import { assert, type Protocol } from "../../src/core/index.ts";
import { type Flight, goOn, land, type Path, pathOf, scaled, tell } from "./device.ts";
import { type Event, Kind } from "./event.ts";
import { onWheel } from "./kernel/wheel.ts";
import type { Machine } from "./machine.ts";
import { hostPaused, mountLost } from "./network/streams.ts";
import type { HostData } from "./state/state.ts";

/** Chance that a write is lost which had not landed when its mount died. */
const LOST_PERMILLE = 500;
const MAX_HELD = 100_000;

// ---- power -------------------------------------------------------------------------------------

/** All mounts of the host die at once. Does nothing to a host that is off. */
export function powerOff<P extends Protocol>(machine: Machine<P>, host: number): void {
  const h = machine.host(host);
  if (!h.up) return;
  h.up = false;
  h.paused = false;
  machine.record(-1, "host", { host, did: "power off" });
  for (let id = 0; id < machine.mountCount; id++) {
    if (machine.mount(id).host === host) killMount(machine, id);
  }
  h.held.length = 0;
}

/** The host boots. Its dead mounts stay dead: whoever mounts again adds a new one. */
export function powerOn<P extends Protocol>(machine: Machine<P>, host: number): void {
  const h = machine.host(host);
  if (h.up) return;
  h.up = true;
  h.boots++;
  machine.record(-1, "host", { host, did: "power on" });
}

/** One mount stops to exist. Its state stays to be looked at; nothing will change it again. */
export function killMount<P extends Protocol>(machine: Machine<P>, mount: number): void {
  const m = machine.mount(mount);
  if (!m.alive) return;
  machine.record(mount, "dead", {});
  mountLost(machine, mount);
  m.alive = false;
  m.tasks.length = 0;
  for (const kernel of [m.results, m.waiters, m.mutexes, m.works, m.queues, m.timers]) {
    kernel.clear();
  }
  loseIo(machine, mount);
}

/** Of the I/O of a dead mount only writes can still matter: each is lost or flies on. */
function loseIo<P extends Protocol>(machine: Machine<P>, mount: number): void {
  const { inFlight } = machine.device();
  for (const flight of [...inFlight.values()]) {
    if (flight.mount !== mount) continue;
    if (flight.io.op === "read" || flight.result !== undefined) {
      inFlight.delete(flight.id);
    } else if (flight.hold === "no" && machine.chance(mount, "write lost", LOST_PERMILLE)) {
      inFlight.delete(flight.id);
      tell(machine, flight, "lost");
    } else {
      inFlight.set(flight.id, { ...flight, orphan: true });
    }
  }
}

// ---- pauses and clocks -------------------------------------------------------------------------

/** The host stops as a stalled virtual machine does: what comes to it is kept for later. */
export function pause<P extends Protocol>(machine: Machine<P>, host: number): void {
  const h = machine.host(host);
  if (!h.up || h.paused) return;
  h.paused = true;
  machine.record(-1, "host", { host, did: "pause" });
  hostPaused(machine, host);
}

/** All that came meanwhile happens now, in the order in which it came. */
export function resume<P extends Protocol>(machine: Machine<P>, host: number): void {
  const h = machine.host(host);
  if (!h.paused) return;
  h.paused = false;
  machine.record(-1, "host", { host, did: "resume" });
  for (const event of h.held.splice(0) as Event[]) {
    const { kind, mount, who, gen, body } = event;
    machine.scheduleAfter({ kind, mount, who, gen, body }, 0);
  }
}

/** A pause that `action` ends after `forUs`: the plan's handler of it calls `resume`. */
export function stall<P extends Protocol>(
  machine: Machine<P>,
  host: number,
  forUs: number,
  action: { readonly do: string },
): void {
  pause(machine, host);
  machine.scheduleAfter({ kind: Kind.plan, mount: -1, who: host, gen: 0, body: action }, forUs);
}

/** True when the event has to wait for the end of a pause; it is kept then. What happens on the
 *  device, and what the plan does, needs no running host. */
export function heldBack<P extends Protocol>(machine: Machine<P>, event: Event): boolean {
  if (event.kind === Kind.plan || event.mount < 0) return false;
  if (event.kind === Kind.io && event.body === "land") return false;
  const h = machine.host(machine.mount(event.mount).host);
  if (!h.paused) return false;
  if (h.held.length >= MAX_HELD) {
    machine.tooMuch("events held by a paused host", MAX_HELD, "end the pause earlier");
  }
  h.held.push(event);
  return true;
}

export function setSlow<P extends Protocol>(machine: Machine<P>, host: number, permille: number) {
  assert(permille > 0, `a slowness above 0 permille, got ${permille}`);
  machine.host(host).slowPermille = permille;
  machine.record(-1, "host", { host, did: "slow", permille });
}

/** From now on; timers that are armed already keep their time. */
export function setClock<P extends Protocol>(machine: Machine<P>, host: number, permille: number) {
  assert(permille > 0, `a clock rate above 0 permille, got ${permille}`);
  machine.host(host).clockPermille = permille;
  machine.record(-1, "host", { host, did: "clock", permille });
}

/** How long a timer of `us` takes on this host's clock; `now` when it is one of its kernel. */
export function timerDelay(host: HostData, us: number, now?: number): number {
  const { jiffiesSince, clockPermille } = host;
  const takes =
    now === undefined || jiffiesSince === undefined ? us : onWheel(us, now + jiffiesSince);
  return clockPermille === 1000 ? takes : scaled(takes, clockPermille);
}
/** How long what takes `us` on a healthy processor takes on this one. */
export const startDelay = (host: HostData, us: number): number => scaled(us, host.slowPermille);

// ---- the way to the device ---------------------------------------------------------------------

function setPath<P extends Protocol>(machine: Machine<P>, host: number, change: Partial<Path>) {
  const device = machine.device();
  device.paths.set(host, { ...pathOf(device, host), ...change });
  machine.record(-1, "path", { host, ...change });
}

function flightsOf<P extends Protocol>(machine: Machine<P>, host: number): Flight<P>[] {
  return [...machine.device().inFlight.values()].filter((flight) => flight.host === host);
}

/** No I/O of the host lands or completes until `releaseIo`. */
export function stallIo<P extends Protocol>(machine: Machine<P>, host: number): void {
  setPath(machine, host, { stalled: true });
}

export function releaseIo<P extends Protocol>(machine: Machine<P>, host: number): void {
  setPath(machine, host, { stalled: false });
  for (const flight of flightsOf(machine, host)) {
    if (flight.blocked && flight.hold !== "held") unblock(machine, flight);
  }
}

function unblock<P extends Protocol>(machine: Machine<P>, flight: Flight<P>): void {
  const free = { ...flight, blocked: false };
  machine.device().inFlight.set(flight.id, free);
  goOn(machine, free);
}

/** Each of its I/Os fails with EIO by this chance when it would land, and has no effect then. */
export function failIo<P extends Protocol>(machine: Machine<P>, host: number, permille: number) {
  setPath(machine, host, { failPermille: permille });
}

export function slowIo<P extends Protocol>(machine: Machine<P>, host: number, permille: number) {
  assert(permille > 0, `a slowness above 0 permille, got ${permille}`);
  setPath(machine, host, { slowPermille: permille });
}

/** Fences the host at the storage: from now on nothing of it lands, and it is told EIO at once.
 *  What had landed and was not reported yet is reported as EIO too. */
export function isolate<P extends Protocol>(machine: Machine<P>, host: number): void {
  if (pathOf(machine.device(), host).isolated) return;
  setPath(machine, host, { isolated: true, holdNext: 0 });
  const { inFlight } = machine.device();
  for (const flight of flightsOf(machine, host)) {
    const held = flight.hold === "held";
    if (!flight.orphan) failAtOnce(machine, flight);
    if (held) inFlight.set(flight.id, { ...flight, orphan: true });
    else if (flight.orphan) {
      inFlight.delete(flight.id);
      tell(machine, flight, "lost");
    }
  }
}

/** Tells the task EIO without delay; what was under way under the old id comes to nothing. */
function failAtOnce<P extends Protocol>(machine: Machine<P>, flight: Flight<P>): void {
  const device = machine.device();
  device.inFlight.delete(flight.id);
  const failed: Flight<P> = {
    ...flight,
    id: device.nextIo++,
    result: { error: "EIO" },
    blocked: false,
    hold: "no",
  };
  device.inFlight.set(failed.id, failed);
  goOn(machine, failed);
}

/** Ends the isolation. */
export function readmit<P extends Protocol>(machine: Machine<P>, host: number): void {
  setPath(machine, host, { isolated: false });
}

/** Writes of dead mounts of the host land now. An agent that fences by power calls it before it
 *  reports success, for then nothing may land any more; only `holdWrite` breaks that. */
export function settleWrites<P extends Protocol>(machine: Machine<P>, host: number): void {
  for (const flight of flightsOf(machine, host)) {
    if (flight.orphan && flight.hold !== "held") land(machine, flight);
  }
}

/** Keeps one write of the host in flight, the oldest or else its next, until `releaseWrites`: it
 *  then lands even if the host was fenced meanwhile. Beyond what scoutfs promises to survive. */
export function holdWrite<P extends Protocol>(machine: Machine<P>, host: number): void {
  const found = flightsOf(machine, host).find(
    (flight) => flight.io.op === "write" && flight.result === undefined && flight.hold === "no",
  );
  const { inFlight, paths } = machine.device();
  if (found === undefined) {
    setPath(machine, host, { holdNext: (paths.get(host)?.holdNext ?? 0) + 1 });
    return;
  }
  inFlight.set(found.id, { ...found, hold: "held" });
  tell(machine, found, "hold");
}

/** Also forgets writes that were to be held and have not begun: nobody would release them. */
export function releaseWrites<P extends Protocol>(machine: Machine<P>, host: number): void {
  setPath(machine, host, { holdNext: 0 });
  const { inFlight } = machine.device();
  for (const flight of flightsOf(machine, host)) {
    if (flight.hold !== "held") continue;
    const released: Flight<P> = { ...flight, hold: "released" };
    // One whose moment has not come yet is on its way: it has an event.
    if (flight.blocked) unblock(machine, released);
    else inFlight.set(flight.id, released);
  }
}
