// A hunt runs seed after seed and keeps what is distinct: failures are told apart by promise and
// place, not by seed. It goes a few runs at a time, so that its user can show progress and stop.

export interface Outcome {
  readonly events: number;
  readonly violation:
    | { readonly promise: string; readonly place: string; readonly text: string }
    | undefined;
}

export interface Found {
  readonly promise: string;
  readonly place: string;
  /** Of the first seed. */
  readonly text: string;
  readonly seed: string;
  runs: number;
}

export interface HuntState {
  runs: number;
  events: number;
  readonly found: Map<string, Found>;
}

export const newHunt = (): HuntState => ({ runs: 0, events: 0, found: new Map() });

/** Mounts and rids are numbers: the same place in another run has others. */
const keyOf = (promise: string, place: string): string =>
  `${promise} ${place.replace(/\d+/g, "#")}`;

/** The seed of the n-th run of a hunt. */
export const seedOf = (base: string, n: number): string => `${base}:${n}`;

/** Runs the next `runs` seeds. */
export function huntOn(
  state: HuntState,
  base: string,
  runs: number,
  run: (seed: string) => Outcome,
): void {
  for (let i = 0; i < runs; i++) {
    const seed = seedOf(base, state.runs++);
    const { events, violation } = run(seed);
    state.events += events;
    if (violation === undefined) continue;
    const key = keyOf(violation.promise, violation.place);
    const known = state.found.get(key);
    if (known === undefined) state.found.set(key, { ...violation, seed, runs: 1 });
    else known.runs++;
  }
}
