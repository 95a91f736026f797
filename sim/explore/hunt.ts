// A hunt runs seed after seed and keeps what is distinct: failures are told apart by promise and
// place, not by seed. Runs may be added in any order and hunts over other seeds joined: the result
// is the same, whoever made which run when.

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

/** A distinct failure, and how the first run that met it ended. */
export interface Found extends Failure {
  /** Which run of the hunt that was. */
  readonly n: number;
  readonly seed: string;
  readonly first: Outcome;
  readonly runs: number;
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

/** What is distinct so far, in the order of the seeds. */
export const inOrder = ({ found }: HuntState): Found[] =>
  [...found.values()].sort((x, y) => x.n - y.n);

/** Adds a run. Says which failure it is the first of, so far, and which one it takes that from. */
export function addRun(
  state: HuntState,
  n: number,
  seed: string,
  first: Outcome,
): { readonly isFirst: Found; readonly instead: Found | undefined } | undefined {
  state.runs++;
  state.events += first.events;
  const { violation } = first;
  if (violation === undefined) return undefined;
  return addFound(state, { ...violation, n, seed, first, runs: 1 });
}

function addFound(
  state: HuntState,
  found: Found,
): { readonly isFirst: Found; readonly instead: Found | undefined } | undefined {
  const key = `${keyOf(found)} ${found.first.kin ?? ""}`;
  const known = state.found.get(key);
  const runs = found.runs + (known?.runs ?? 0);
  const isFirst = known === undefined || found.n < known.n;
  const kept = { ...(isFirst ? found : known), runs };
  state.found.set(key, kept);
  return isFirst ? { isFirst: kept, instead: known } : undefined;
}

/** Adds what another hunt came to, over other seeds. */
export function joinHunt(state: HuntState, { runs, events, found }: HuntState): void {
  state.runs += runs;
  state.events += events;
  for (const one of found.values()) addFound(state, one);
}
