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

const byCount = ([a, m]: [string, number], [b, n]: [string, number]): number =>
  m - n || (a < b ? -1 : 1);

/** What there is to come to, and why some of it is not come to. */
export interface Known {
  readonly marks: readonly string[];
  readonly pairs: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
}

const PERMILLE = 1000;

/** Lines for people: the share that was reached, what never was and why, then what is rare. What
 *  has a reason is not asked for. */
export function coverageLines(c: Coverage, known: Known): string[] {
  const { reasons } = known;
  for (const text of known.marks) if (!c.marks.has(text)) c.marks.set(text, 0);
  for (const pair of known.pairs) if (!c.pairs.has(pair)) c.pairs.set(pair, 0);
  const kinds = [
    ["label", [...c.labels].sort(byCount)],
    ["note", [...c.marks].sort(byCount)],
    ["pair", [...c.pairs].sort(byCount)],
  ] as const;
  const all = kinds.flatMap(([, counts]) => counts);
  const never = all.filter(([, runs]) => runs === 0).map(([what]) => what);
  const open = never.filter((what) => reasons[what] === undefined);
  const asked = all.length - (never.length - open.length);
  const permille = Math.floor(((asked - open.length) * PERMILLE) / Math.max(1, asked));
  const reached = new Set(all.filter(([, runs]) => runs > 0).map(([what]) => what));
  const stale = Object.keys(reasons).filter((what) => reached.has(what));
  const line = ([what, runs]: readonly [string, number]): string =>
    `${String(runs).padStart(7)}  ${what}`;
  const part = ([kind, counts]: (typeof kinds)[number]): string => {
    const missed = counts.filter(([, runs]) => runs === 0).length;
    return `${missed} of ${counts.length} ${kind}s`;
  };
  return [
    `${c.runs} runs reached ${permille / 10} % of what can be: ${asked - open.length} of ${asked}`,
    `never reached: ${kinds.map(part).join(", ")}; ${never.length - open.length} with a reason`,
    ...open.map((what) => `  never    ${what}`),
    ...never.filter((w) => reasons[w] !== undefined).map((w) => `  never    ${w}: ${reasons[w]}`),
    ...stale.map((what) => `  reached, though it has a reason: ${what}`),
    ...kinds.flatMap(([kind, counts]) => [
      `runs     ${kind}`,
      ...counts.filter(([, runs]) => runs > 0).map(line),
    ]),
  ];
}
