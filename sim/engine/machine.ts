// What the rooms of the engine see of the world: each of them is functions over this, so that only
// the world moves time and only the world owns the parts.

import type { Protocol, Ret } from "../../src/core/index.ts";
import type { Device } from "./device.ts";
import type { Kind } from "./event.ts";
import type { Net } from "./network/net.ts";
import type { HostData, MountData } from "./state/state.ts";
import type { Tables } from "./tables.ts";

/** In order mode, a delay with no upper bound: it may end at any time, after anything else. */
export const UNBOUNDED = 2 ** 52;

/** A delay that chance decides within bounds; in order mode any moment between them. */
export interface Delay {
  readonly min: number;
  readonly max: number;
}

export interface Scheduled {
  readonly kind: Kind;
  readonly mount: number;
  readonly who: number;
  readonly gen: number;
  readonly body: unknown;
}

export interface Machine<P extends Protocol> {
  readonly tables: Tables<P>;
  readonly now: number;
  /** True when latencies are order: then no latency, loss or preemption is drawn. */
  readonly ordering: boolean;
  /** The parts, owned by this world from then on: call it again in every event. */
  mount(id: number): MountData<P>;
  host(id: number): HostData;
  net(): Net;
  /** The network to look at only: it is not copied after a clone. */
  peekNet(): Net;
  device(): Device<P["Block"]>;
  readonly mountCount: number;
  pick(who: number, why: string, n: number): number;
  /** Draws the delay for `who` and `why` and puts the event into the pending set. */
  schedule(event: Scheduled, delay: Delay, who: number, why: string): void;
  /** The same with a fixed delay: timers. */
  scheduleAfter(event: Scheduled, delayUs: number): void;
  /** True with `permille`/1000 chance; in order mode, if the budget of `why` allows, both. */
  chance(who: number, why: string, permille: number): boolean;
  /** Adds a record to the trace and the hash; monitors see it. */
  record(mount: number, kind: string, data: object): void;
  /** Whether somebody looks at entries of that kind. */
  wants(kind: string): boolean;
  /** Shows an entry to those who look, and hashes nothing: for what happens a million times. */
  tell(mount: number, kind: string, data: object): void;
  /** Makes a parked task run again after a drawn delay. */
  ready(mount: number, task: number, ret: Ret): void;
  /** Lets those who park on `["socket", id]` try again. */
  wakeSocket(mount: number, socket: number): void;
  /** Reports a bound that was reached; it ends the run. */
  tooMuch(what: string, bound: number, remedy: string): never;
}
