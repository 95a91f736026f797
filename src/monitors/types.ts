// What a monitor of the protocol is made of. The shapes are those of the machine's monitors, stated
// here because the protocol does not know its simulator: a monitor of this folder can be handed to
// the machine, and equally to whoever reads a recording of the real system.

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

// biome-ignore lint/suspicious/noExplicitAny: the type of its state is the monitor's own
export type AnyEntryMonitor = EntryMonitor<any>;
