// A hunt runs seed after seed and keeps what is distinct: failures are told apart by promise and
// place, not by seed. It goes a few runs at a time, so that its user can show progress and stop.

/** A broken promise. */
export interface Failure {
  readonly promise: string;
  readonly place: string;
  readonly text: string;
}

/** How a run ended. */
export interface Outcome {
  readonly events: number;
  readonly hash: string;
  readonly atUs: number;
  readonly violation: Failure | undefined;
  /** Sorts failures further: those of different kin are distinct. */
  readonly kin?: string;
}

/** A distinct failure, and how the first seed that met it ended. */
export interface Found extends Failure {
  readonly seed: string;
  readonly first: Outcome;
  runs: number;
}

export interface HuntState {
  runs: number;
  events: number;
  readonly found: Map<string, Found>;
}

export const newHunt = (): HuntState => ({ runs: 0, events: 0, found: new Map() });

/** Equal for the same failure. Mounts and rids are numbers: another run has others. */
export const keyOf = ({ promise, place }: Failure): string =>
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
    const first = run(seed);
    const { violation, kin = "" } = first;
    state.events += first.events;
    if (violation === undefined) continue;
    const key = `${keyOf(violation)} ${kin}`;
    const known = state.found.get(key);
    if (known === undefined) state.found.set(key, { ...violation, seed, first, runs: 1 });
    else known.runs++;
  }
}
