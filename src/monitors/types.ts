// What a monitor of the protocol is made of. The shapes are those of the machine's monitors, stated
// here because the protocol does not know its simulator: a monitor of this folder can be handed to
// the machine, and equally to whoever reads a recording of the real system.

import type { Mount } from "../mount/types.ts";

export interface Seen {
  readonly seq: number;
  /** In microseconds. */
  readonly at: number;
  /** -1 for none. */
  readonly mount: number;
  readonly kind: string;
  readonly data: object;
}

export interface Judge {
  readonly now: number;
  violate(place: string, text: string): void;
}

/** A monitor that needs nothing but trace entries. */
export interface EntryMonitor<S> {
  readonly promise: string;
  readonly wants: readonly string[];
  /** Plain data. */
  start(): S;
  on(entry: Seen, state: S, judge: Judge): void;
  quiet?(state: S, judge: Judge): void;
}

/** A mount and what its kernel keeps for it: work items and timers by name and number. */
export interface MountView {
  /** Its host has power. */
  readonly alive: boolean;
  readonly state: Mount;
  readonly works: ReadonlyMap<
    string,
    {
      readonly pending: boolean;
      /** A draining queue dropped it: it is pending and will never run. */
      readonly dropped: boolean;
      /** Non-zero while a delay holds it back. */
      readonly timer: number;
      /** The task that executes it, or -1. */
      readonly running: number;
    }
  >;
  readonly timers: ReadonlyMap<string, { readonly armed: boolean }>;
  readonly tasks: readonly (
    | {
        readonly frames: readonly { readonly program: string; readonly label: string }[];
        readonly park: { readonly on: string } | undefined;
        /** It was woken and will look. */
        readonly scheduled: boolean;
      }
    | undefined
  )[];
}

/** At quiet points the world itself can be looked at. A recording has none. */
export interface WorldJudge extends Judge {
  readonly mountCount: number;
  /** To be read only. */
  peekMount(id: number): MountView;
}

/** A monitor that asks the state of mounts too, and so reads no recordings. */
export interface StateMonitor<S> extends Omit<EntryMonitor<S>, "on" | "quiet"> {
  on(entry: Seen, state: S, judge: WorldJudge): void;
  quiet(state: S, judge: WorldJudge): void;
  /** Every second of a run, whatever is under way. */
  look?(state: S, judge: WorldJudge): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the type of its state is the monitor's own
export type AnyStateMonitor = StateMonitor<any>;
// biome-ignore lint/suspicious/noExplicitAny: the type of its state is the monitor's own
export type AnyEntryMonitor = EntryMonitor<any>;
