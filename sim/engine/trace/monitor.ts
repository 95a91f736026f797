// A monitor watches for one promise. It observes and never steers: it sees every trace entry of
// the kinds it asks for and may look at the world at quiet points. Its state is part of the world.

import type { Protocol } from "../../../src/core/index.ts";
import type { MountData } from "../state/state.ts";
import type { TraceEntry } from "./trace.ts";

export interface Violation {
  readonly promise: string;
  /** Program and label, mount, or whatever names the place: failures are told apart by it. */
  readonly place: string;
  readonly text: string;
  readonly seq: number;
  readonly at: number;
  readonly mount: number;
}

/** What a monitor may see. */
export interface View<P extends Protocol> {
  readonly now: number;
  readonly mountCount: number;
  /** To be read only. */
  peekMount(id: number): MountData<P>;
  violate(place: string, text: string): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the type of its state is the monitor's own
export interface Monitor<P extends Protocol, S = any> {
  readonly promise: string;
  /** Kinds of trace entries it wants; "*" for all. */
  readonly wants: readonly string[];
  /** Plain data. */
  start(): S;
  on(entry: TraceEntry, state: S, view: View<P>): void;
  /** Called when nothing is left to happen but timers, or when the run's user asks. */
  quiet?(state: S, view: View<P>): void;
  /** Called every now and then, whatever is under way. */
  look?(state: S, view: View<P>): void;
}
