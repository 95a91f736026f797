// `npm start`: finds the five bugs that the project began with, each put back into the model, from
// a seed that nobody has tried; prints what that took, and the story of each.

import { randomBytes } from "node:crypto";
import process from "node:process";
import { variantOf } from "../../cluster/world/variant-names.ts";
import { wholeNumber } from "../flags.ts";
import { onInterrupt } from "../interrupt.ts";
import { clearProgress, colour, progress, writeLine } from "../output.ts";
import { bugHead, bugLine } from "./bug-lines.ts";
import { costOf } from "./corpus.ts";
import type { MeasureJob, MeasureResult } from "./jobs.ts";
import { defaultWorkers, Pool } from "./pool.ts";

export const FIVE = [
  "farewell-reclaims-during-lock-recovery",
  "enotconn-to-fencing-client-stops-server",
  "stale-requests-resent-to-new-server",
  "fence-agent-disappearing-request-or-target",
  "quorum-udp-not-isolated-by-forced-unmount",
];

export interface FiveOptions {
  readonly seed?: string;
  readonly seconds: string;
  readonly workers?: string;
}

const MS = 1000;
const SEED_BYTES = 3;
const TICK_MS = 1000;

/** The exit status: 1 when one was not found. */
export async function five(o: FiveOptions): Promise<number> {
  const limitCpuMs = wholeNumber("--seconds", o.seconds) * MS;
  const workers = o.workers === undefined ? defaultWorkers() : wholeNumber("--workers", o.workers);
  const seed = o.seed ?? randomBytes(SEED_BYTES).toString("hex");
  writeLine(`Five bugs of scoutfs's history, each put back, hunted from the seed ${seed}:`);
  writeLine("random clusters, people, faults and schedules; nothing knows what it looks for.");
  writeLine("");
  const { results, cut, stopped } = await findAll(seed, { limitCpuMs, workers });
  writeLine("");
  for (const id of FIVE) {
    const result = results.find((r) => r.id === id);
    if (result !== undefined) tell(result, cut.includes(result));
  }
  const found = results.filter((r) => r.seed !== undefined).length;
  const how = stopped ? "stopped: " : "";
  writeLine(`${how}${found} of ${FIVE.length} found. The same again: scoutsim five --seed ${seed}`);
  writeLine("Walk through one, kept in scenarios/: scoutsim step scenarios/ID.json");
  return found === FIVE.length ? 0 : 1;
}

interface How {
  readonly limitCpuMs: number;
  readonly workers: number;
}

interface Hunted {
  readonly results: readonly MeasureResult[];
  /** Those that were told to stop. */
  readonly cut: readonly MeasureResult[];
  readonly stopped: boolean;
}

async function findAll(seed: string, { limitCpuMs, workers }: How): Promise<Hunted> {
  const interrupt = onInterrupt();
  const pool = new Pool(workers, interrupt, { kind: "processes" });
  const results: MeasureResult[] = [];
  const cut: MeasureResult[] = [];
  const jobs = FIVE.map((id): MeasureJob => {
    return { do: "measure", id, seed: `${seed}-${id}`, limitCpuMs, minimise: true };
  });
  const begin = Date.now();
  const tick = () => {
    const seconds = Math.round((Date.now() - begin) / MS);
    progress(`${results.length} of ${FIVE.length} hunts are over, after ${seconds} s`);
  };
  const timer = setInterval(tick, TICK_MS);
  writeLine(bugHead());
  try {
    const next = () => (interrupt.isStopped() ? undefined : jobs.shift());
    await pool.doAll(next, (result) => {
      results.push(result);
      if (interrupt.isStopped()) cut.push(result);
      clearProgress();
      writeLine(bugLine(variantOf(result.id), costOf(result.id, [result])));
      tick();
    });
  } finally {
    clearInterval(timer);
    clearProgress();
    interrupt.release();
    await pool.end();
  }
  return { results, cut, stopped: interrupt.isStopped() };
}

function tell({ id, story, seed, runs, small }: MeasureResult, isCut: boolean): void {
  writeLine(colour("green", id));
  writeLine(`  ${variantOf(id).says}`);
  if (seed === undefined || small === undefined) {
    const why = isCut ? "it was stopped" : "give it longer with --seconds";
    writeLine(`  not found in ${runs} runs; ${why}`);
  } else {
    writeLine(`  found as run ${runs} of its hunt; minimised in ${small.runs} more`);
    for (const line of story) writeLine(`  ${narrowed(line)}`);
  }
  writeLine("");
}

const MARGIN = 2;
/** To the width of a terminal; whole when it goes elsewhere. */
function narrowed(line: string): string {
  const width = (process.stdout.columns ?? Number.POSITIVE_INFINITY) - MARGIN;
  return line.length > width ? `${line.slice(0, width - 1)}…` : line;
}
