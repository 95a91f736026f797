// What a protocol brings to the machine: types only. The machine is written against this shape, so
// that scoutfs, the two small protocols of the tests and the next one all run on the same engine.

/** One record of the trace that a protocol emits: a kind and plain fields. */
export interface TraceRecord {
  readonly kind: string;
}

export interface Protocol {
  /** The state of one mount: plain data, a tree with no object reachable twice. */
  readonly State: object;
  /** Questions whose answer a variant may change. */
  readonly Rules: object;
  /** What neighbours call synchronously in one another, bound when the world is built. */
  readonly Api: object;
  /** The programs by name, and what each takes. A work item takes `{ of: number }`. */
  readonly Calls: object;
  readonly Datagram: unknown;
  /** What a stream carries, one at a time. */
  readonly Message: unknown;
  /** Contents of a block of the shared device. */
  readonly Block: unknown;
  readonly Record: TraceRecord;
  /** Names of the kernel objects, so that a misspelt one does not compile. */
  readonly Queue: string;
  readonly WaitQueue: string;
  readonly Mutex: string;
}

/** A kernel object: alone under its name, or one of many (`["conn.waitq", 3]`). */
export type Named<N extends string> = N | readonly [name: N, of: number];

export type ProgramName<P extends Protocol> = keyof P["Calls"] & string;
/** The programs that can be a work item: those that take only which one they are. */
export type WorkName<P extends Protocol> = {
  [N in ProgramName<P>]: P["Calls"][N] extends { readonly of: number }
    ? { readonly of: number } extends P["Calls"][N]
      ? N
      : never
    : never;
}[ProgramName<P>];
