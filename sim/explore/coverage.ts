// The sometimes marks: how many runs of a hunt came to each label of each program and made each
// note or `ignored because`. What none came to is a gap of the generator, or of the model.

/** What a world keeps of it, when it is asked to. */
export interface Counted {
  readonly tables: { readonly programs: ReadonlyMap<string, CountedProgram> };
  readonly trace: {
    coverage: Uint32Array | undefined;
    marks: Map<string, number> | undefined;
  };
}
interface CountedProgram {
  readonly name: string;
  readonly steps: Readonly<Record<string, { readonly id: number }>>;
}

export interface Coverage {
  runs: number;
  /** Runs by `program @ label`; 0 for one that nobody came to. */
  readonly labels: Map<string, number>;
  /** Runs by text. */
  readonly marks: Map<string, number>;
  /** Runs by what met in them: two things that happened at one time. */
  readonly pairs: Map<string, number>;
}

export const newCoverage = (): Coverage => ({
  runs: 0,
  labels: new Map(),
  marks: new Map(),
  pairs: new Map(),
});

/** From here on the world counts. */
export function startCounting(w: Counted): void {
  let labels = 0;
  for (const { steps } of w.tables.programs.values()) labels += Object.keys(steps).length;
  w.trace.coverage = new Uint32Array(labels);
  w.trace.marks = new Map();
}

const count = (runs: Map<string, number>, what: string): void =>
  void runs.set(what, (runs.get(what) ?? 0) + 1);

/** Adds a run that has ended, and the pairs that it came to. */
export function addRun(c: Coverage, w: Counted, pairs: Iterable<string> = []): void {
  const { coverage, marks } = w.trace;
  if (coverage === undefined || marks === undefined) {
    throw new Error("that world has not counted: call startCounting before it runs");
  }
  c.runs++;
  for (const { name, steps } of w.tables.programs.values()) {
    for (const [label, { id }] of Object.entries(steps)) {
      const place = `${name} @ ${label}`;
      c.labels.set(place, (c.labels.get(place) ?? 0) + ((coverage[id] ?? 0) > 0 ? 1 : 0));
    }
  }
  for (const text of marks.keys()) count(c.marks, text);
  for (const pair of pairs) count(c.pairs, pair);
}

const MARK = /\bout\s*\.(?:note|ignored)\(([^;]*?)\);/gs;
const TEXT = /"((?:[^"\\]|\\.)*)"/g;

/** The texts of all marks in a source file, so that one which nobody makes is known too. A text
 *  that is put together while it runs is not found. */
export function marksIn(source: string): string[] {
  return [...source.matchAll(MARK)].flatMap(([, call = ""]) =>
    [...call.matchAll(TEXT)].map(([, text = ""]) => text).filter((text) => text.includes(" ")),
  );
}

/** What there is to come to, and why some of it is not come to. */
export interface Known {
  readonly marks: readonly string[];
  readonly pairs: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
}

export interface Place {
  readonly name: string;
  readonly runs: number;
  /** Why no run comes to it: it is not asked for. */
  readonly reason: string | null;
}
export interface Counts {
  readonly runs: number;
  readonly reached: number;
  readonly asked: number;
  /** The never reached first. */
  readonly labels: readonly Place[];
  readonly notes: readonly Place[];
  readonly pairs: readonly Place[];
}

const byCount = (x: Place, y: Place): number => x.runs - y.runs || (x.name < y.name ? -1 : 1);
const isReached = ({ runs }: Place): boolean => runs > 0;

/** What was come to of all that there is. */
export function countsOf({ runs, labels, marks, pairs }: Coverage, known: Known): Counts {
  const { reasons } = known;
  const counted = (by: ReadonlyMap<string, number>, there: readonly string[]): Place[] =>
    [...new Set([...there, ...by.keys()])]
      .map((name) => ({ name, runs: by.get(name) ?? 0, reason: reasons[name] ?? null }))
      .sort(byCount);
  const kinds = {
    labels: counted(labels, []),
    notes: counted(marks, known.marks),
    pairs: counted(pairs, known.pairs),
  };
  const all = Object.values(kinds).flat();
  const asked = all.filter((one) => isReached(one) || one.reason === null);
  return { runs, reached: all.filter(isReached).length, asked: asked.length, ...kinds };
}

const PERMILLE = 1000;

/** Lines for people: the share that was reached, what never was and why, then what is rare. */
export function coverageLines(counts: Counts, { reasons }: Known): string[] {
  const { labels, notes, pairs, reached, asked } = counts;
  const kinds = Object.entries({ label: labels, note: notes, pair: pairs });
  const all = kinds.flatMap(([, of]) => of);
  const open = all.filter((one) => !isReached(one) && one.reason === null);
  const excused = all.filter((one) => !isReached(one) && one.reason !== null);
  const there = new Set(all.filter(isReached).map(({ name }) => name));
  const stale = Object.keys(reasons).filter((name) => there.has(name));
  const permille = Math.floor((reached * PERMILLE) / Math.max(1, asked));
  const line = ({ name, runs }: Place): string => `${String(runs).padStart(7)}  ${name}`;
  const part = ([kind, of]: (typeof kinds)[number]): string =>
    `${of.length - of.filter(isReached).length} of ${of.length} ${kind}s`;
  return [
    `${counts.runs} runs reached ${permille / 10} % of what can be: ${reached} of ${asked}`,
    `never reached: ${kinds.map(part).join(", ")}; ${excused.length} with a reason`,
    ...open.map(({ name }) => `  never    ${name}`),
    ...excused.map(({ name, reason }) => `  never    ${name}: ${reason}`),
    ...stale.map((name) => `  reached, though it has a reason: ${name}`),
    ...kinds.flatMap(([kind, of]) => [`runs     ${kind}`, ...of.filter(isReached).map(line)]),
  ];
}
