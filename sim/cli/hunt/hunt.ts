// `scoutsim hunt`: seeds of the general generator, and what broke made small. What it finds depends
// on the seeds alone, and not on how many workers shared them.

import { minimisedLine } from "../../cluster/trial/found.ts";
import { trialOf } from "../../cluster/trial/trial.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import {
  addRun,
  type Found,
  type HuntState,
  inOrder,
  newHunt,
  seedOf,
} from "../../explore/hunt.ts";
import { quoted, type Shard, shardOf, WHOLE, wholeNumber } from "../flags.ts";
import { type Interrupt, onInterrupt } from "../interrupt.ts";
import { clearProgress, progress, writeLine } from "../output.ts";
import type { RunJob } from "./jobs.ts";
import { Keeper, nameOf } from "./keep.ts";
import { defaultWorkers, Pool } from "./pool.ts";
import { RESULT_FILE, resultText } from "./result-file.ts";

export interface HuntOptions {
  readonly runs?: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly variant: readonly string[];
  readonly out?: string;
  readonly workers?: string;
  readonly shard?: string;
  readonly minimise: boolean;
  readonly json?: true;
}

/** Few enough that a hunt stops soon, many enough that handing them out costs nothing. */
const MOST_AT_ONCE = 10;
const RUNS_PER_WORKER = 40;
const DEFAULT_RUNS = 300;

/** What the flags ask for. */
interface Asked {
  readonly seed: string;
  readonly variants: readonly string[];
  readonly runs: number;
  readonly shard: Shard;
  /** As a clock of the machine has it; a run that has begun is not cut off. */
  readonly endMs: number;
  /** As many as are asked for, if each has a run; else no more than are worth their start. */
  readonly workers: number;
  readonly minimise: boolean;
  /** Where the lines for people go. */
  readonly say: (line: string) => void;
}

function askedFor(o: HuntOptions): Asked {
  boundTo(o.variant);
  const seconds = o.seconds === undefined ? undefined : wholeNumber("--seconds", o.seconds);
  const unless = seconds === undefined ? DEFAULT_RUNS : Number.MAX_SAFE_INTEGER;
  const runs = o.runs === undefined ? unless : wholeNumber("--runs", o.runs);
  const shard = o.shard === undefined ? WHOLE : shardOf("--shard", o.shard);
  // A thread costs as much to start as a few dozen runs.
  const enough = Math.ceil(runs / shard.of / RUNS_PER_WORKER);
  const few = Math.min(defaultWorkers(), enough);
  const asked = o.workers === undefined ? few : wholeNumber("--workers", o.workers);
  return {
    seed: o.seed,
    variants: o.variant,
    runs,
    shard,
    endMs: seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000,
    workers: Math.min(asked, runs),
    minimise: o.minimise,
    say: o.json ? () => {} : writeLine,
  };
}

/** The exit status: 1 when something was found. */
export async function huntSeeds(o: HuntOptions): Promise<number> {
  const asked = askedFor(o);
  const keeper = new Keeper(o.out);
  const interrupt = onInterrupt();
  const pool = new Pool(asked.workers, interrupt);
  try {
    const state = newHunt();
    await runAll(state, asked, { keeper, interrupt, pool });
    clearProgress();
    const { seed, variants, shard } = asked;
    asked.say(summaryOf(state, interrupt.isStopped()));
    const result = resultText({ seed, variants, shards: [shard], state });
    keeper.write(RESULT_FILE, result);
    await tellAll(state, asked, { keeper, interrupt, pool });
    if (o.json) writeLine(result.trimEnd());
    if (keeper.problem !== undefined) throw keeper.problem;
    return state.found.size > 0 ? 1 : 0;
  } finally {
    interrupt.release();
    await pool.end();
  }
}

interface Means {
  readonly keeper: Keeper;
  readonly interrupt: Interrupt;
  readonly pool: Pool;
}

/** The number of a hunt's k-th run: those of a shard are spread over the whole range. */
const numberOf = (k: number, { i, of }: Shard): number => k * of + i - 1;

async function runAll(state: HuntState, asked: Asked, m: Means): Promise<void> {
  const { shard, seed, variants } = asked;
  const total = Math.ceil((asked.runs - shard.i + 1) / shard.of);
  const atOnce = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(total / m.pool.size)));
  let next = 0;
  const nextJob = (): RunJob | undefined => {
    if (m.interrupt.isStopped() || next >= total || Date.now() >= asked.endMs) return undefined;
    const numbers = [];
    for (; numbers.length < atOnce && next < total; next++) numbers.push(numberOf(next, shard));
    return { do: "run", base: seed, numbers, variants };
  };
  await m.pool.doAll(nextJob, ({ outcomes }) => {
    for (const [n, outcome] of outcomes) {
      const first = addRun(state, n, seedOf(seed, n), outcome);
      if (first === undefined) continue;
      if (first.instead !== undefined) m.keeper.drop(nameIn(first.instead, asked));
      keepAsFound(m.keeper, first.isFirst, asked);
    }
    progress(`${state.runs} runs, ${state.events} events, ${state.found.size} distinct failures`);
  });
}

const nameIn = ({ seed, first }: Found, { variants }: Asked): string =>
  nameOf(trialOf(seed, variants), first);

/** At once and as it is, so that a hunt that is stopped hard has kept it too. */
function keepAsFound(keeper: Keeper, found: Found, asked: Asked): void {
  keeper.keep(nameIn(found, asked), trialOf(found.seed, asked.variants), found.first);
}

function summaryOf({ runs, events, found }: HuntState, stopped: boolean): string {
  const how = stopped ? "stopped after " : "";
  return `${how}${runs} runs, ${events} events, ${found.size} distinct failures`;
}

/** Minimises the failures, all hands at once, and tells them in the order of their seeds. */
async function tellAll(state: HuntState, asked: Asked, m: Means): Promise<void> {
  const { variants, say } = asked;
  const all = inOrder(state);
  let done = 0;
  const small = all.map(async ({ seed, first }) => {
    if (!asked.minimise) return undefined;
    const result = await m.pool.do({ do: "minimise", seed, variants, first });
    progress(`minimised ${++done} of ${all.length}`);
    return result;
  });
  for (const one of small) one.catch(() => {}); // it is thrown where it is awaited
  for (const [i, f] of all.entries()) {
    const result = await small[i];
    clearProgress();
    say(`${f.promise} at ${f.place} (${f.runs} runs): ${f.text}`);
    if (f.first.kin !== undefined) say(`  ${f.first.kin}`);
    const t = trialOf(f.seed, variants);
    if (result !== undefined) {
      say(`  ${minimisedLine(t, result.small, result.outcome)}`);
      for (const line of result.story) say(`  ${line}`);
    }
    const [kept, outcome] = result ? [result.small.value, result.outcome] : [t, f.first];
    const file = m.keeper.keep(nameOf(t, f.first), kept, outcome);
    say(`  ${replayCommand(file, f.seed, variants)}`);
  }
}

function replayCommand(file: string | undefined, seed: string, ids: readonly string[]): string {
  if (file !== undefined) return `scoutsim replay ${quoted(file)}`;
  return `scoutsim replay ${quoted(seed)}${ids.map((id) => ` --variant ${id}`).join("")}`;
}
