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
}

export const newCoverage = (): Coverage => ({ runs: 0, labels: new Map(), marks: new Map() });

/** From here on the world counts. */
export function startCounting(w: Counted): void {
  let labels = 0;
  for (const { steps } of w.tables.programs.values()) labels += Object.keys(steps).length;
  w.trace.coverage = new Uint32Array(labels);
  w.trace.marks = new Map();
}

/** Adds a run that has ended. */
export function addRun(c: Coverage, w: Counted): void {
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
  for (const text of marks.keys()) c.marks.set(text, (c.marks.get(text) ?? 0) + 1);
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

/** Lines for people: what was never reached comes first, then what is rare. */
export function coverageLines(c: Coverage, known: readonly string[]): string[] {
  for (const text of known) if (!c.marks.has(text)) c.marks.set(text, 0);
  const labels = [...c.labels].sort(byCount);
  const marks = [...c.marks].sort(byCount);
  const never = (all: readonly [string, number][]) => all.filter(([, runs]) => runs === 0);
  const line = ([what, runs]: [string, number]): string => `${String(runs).padStart(7)}  ${what}`;
  return [
    `${c.runs} runs; never reached: ${never(labels).length} of ${labels.length} labels, ` +
      `${never(marks).length} of ${marks.length} notes`,
    "runs     label",
    ...labels.map(line),
    "runs     note",
    ...marks.map(line),
  ];
}
