// `scoutsim mutants`: puts small faults into the model, one at a time, and asks whether short hunts
// notice. Exit status 1 when too many live, or one lives and nobody has written down why.

import type { Command } from "commander";
import { huntMutant, killedBy, type Verdict } from "../cluster/mutants/hunt.ts";
import { reasons } from "../cluster/mutants/reasons.ts";
import {
  type Candidate,
  learn,
  newSites,
  notReached,
  type Sites,
} from "../cluster/mutants/sites.ts";
import {
  isEnough,
  judges,
  killLine,
  type Report,
  reportLines,
  roomsOf,
} from "../cluster/mutants/table.ts";
import { planOf } from "../cluster/trial/trial.ts";
import { modelOf } from "../cluster/world/cluster.ts";
import { variantsOf } from "../cluster/world/variant-names.ts";
import { seedOf } from "../explore/hunt.ts";
import { UserError } from "../report/user-error.ts";
import { wholeNumber } from "./flags.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { clearProgress, progress, writeLine } from "./output.ts";

interface MutantsOptions {
  readonly base: string;
  readonly runs: string;
  readonly tries: string;
  readonly seed: string;
  readonly only?: string;
  readonly shard?: string;
  readonly verbose?: true;
}

const MAIN = "main";
const SHARD = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/;
/** Runs of a mutant when it is asked whether monitors see it that were not the first to. */
const TRIES_AGAIN = 4;

/** Every n-th of the list, so that shards take about as long as one another. */
function shardOf<T>(list: readonly T[], text: string | undefined): T[] {
  if (text === undefined) return [...list];
  const [, i, n] = SHARD.exec(text) ?? [];
  if (i === undefined || Number(i) > Number(n)) {
    throw new UserError(`--shard takes I/N, as 1/2 and 2/2, not "${text}"`);
  }
  return list.filter((_, at) => at % Number(n) === Number(i) - 1);
}

async function learnAll(
  o: MutantsOptions,
  variants: readonly string[],
  interrupt: Interrupt,
): Promise<Sites> {
  const sites = newSites();
  const runs = wholeNumber("--runs", o.runs);
  for (let n = 0; n < runs && !interrupt.isStopped(); n++) {
    learn(sites, planOf(seedOf(o.seed, n), variants));
    progress(`${n + 1} runs without a mutant, ${sites.candidates.size} mutants`);
    await interrupt.pause();
  }
  clearProgress();
  const { bases, failing, candidates, commuting } = sites;
  writeLine(
    `${bases.size + failing} runs without a mutant (${failing} fail and are left out) come to ` +
      `${candidates.size} mutants; ${commuting.size} pairs of effects have no order`,
  );
  return sites;
}

type Chosen = readonly (readonly [string, Candidate])[];

async function huntAll(
  sites: Sites,
  chosen: Chosen,
  { tries, interrupt, verbose }: { tries: number; interrupt: Interrupt; verbose: boolean },
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let killed = 0;
  for (const [key, candidate] of chosen) {
    if (interrupt.isStopped()) break;
    const verdict = huntMutant(sites, candidate, key, tries);
    verdicts.push(verdict);
    if (verdict.killed !== undefined) killed++;
    if (verbose) writeLine(killLine(verdict));
    progress(`${verdicts.length} of ${chosen.length} mutants, ${killed} killed; last: ${key}`);
    await interrupt.pause();
  }
  clearProgress();
  return verdicts;
}

/** Promises that were never the first to break, though they do break when only they are watched. */
async function lookAgain(
  sites: Sites,
  verdicts: readonly Verdict[],
  interrupt: Interrupt,
): Promise<Set<string>> {
  const unseen = new Set(judges().filter((p) => !verdicts.some((v) => v.killed?.promise === p)));
  const seen = new Set<string>();
  for (const [i, { key, killed }] of verdicts.entries()) {
    if (interrupt.isStopped() || unseen.size === 0) break;
    progress(`${unseen.size} monitors were never the first; mutant ${i + 1} of ${verdicts.length}`);
    await interrupt.pause();
    const candidate = sites.candidates.get(key);
    if (candidate === undefined || killed === undefined) continue;
    const failure = killedBy(sites, candidate, unseen, TRIES_AGAIN);
    if (failure === undefined) continue;
    unseen.delete(failure.promise);
    seen.add(failure.promise);
  }
  clearProgress();
  return seen;
}

async function run(o: MutantsOptions): Promise<number> {
  const variants = o.base === MAIN ? [] : o.base.split(",");
  const tries = wholeNumber("--tries", o.tries);
  shardOf([], o.shard);
  const model = modelOf({ variants: variantsOf(variants) });
  const interrupt = onInterrupt();
  const means = { tries, interrupt, verbose: o.verbose ?? false };
  const sites = await learnAll(o, variants, interrupt);
  const all = [...sites.candidates].toSorted(([x], [y]) => (x < y ? -1 : 1));
  const named = all.filter(([key]) => key.includes(o.only ?? ""));
  const chosen = shardOf(named, o.shard);
  const verdicts = await huntAll(sites, chosen, means);
  const isWhole = verdicts.length === all.length;
  const alsoBroken = isWhole ? await lookAgain(sites, verdicts, interrupt) : new Set<string>();
  interrupt.release();
  const roomOf = roomsOf(model);
  const missed = isWhole ? notReached(model, sites) : [];
  const report: Report = {
    verdicts: verdicts.map((v) => ({ ...v, room: roomOf(sites.candidates.get(v.key)?.by ?? "") })),
    notReached: missed.map((key) => roomOf(/^\S+/.exec(key)?.[0] ?? "")),
    reasons,
    alsoBroken,
    complete: isWhole,
  };
  for (const line of reportLines(report)) writeLine(line);
  if (missed.length > 0) writeLine("\nnot reached");
  for (const key of missed) writeLine(key);
  if (interrupt.isStopped()) writeLine(`\nstopped after ${verdicts.length} of ${chosen.length}`);
  return isEnough(report) && !interrupt.isStopped() ? 0 : 1;
}

/** Adds the verb; `finish` gets its exit status. */
export function addMutants(program: Command, finish: (status: number) => void): void {
  program
    .command("mutants")
    .description("put small faults into the model, one at a time, and see which no hunt notices")
    .option("--base <ids>", "main, or the variants that the model has already", MAIN)
    .option("--runs <n>", "runs without a mutant, which find the places", "400")
    .option("--tries <n>", "runs of each mutant at most", "60")
    .option("--seed <text>", "the runs' seeds are TEXT:0, TEXT:1, ...", "mutants")
    .option("--only <text>", "the mutants whose line has this in it")
    .option("--shard <i/n>", "one of n parts of the mutants, for as many processes")
    .option("--verbose", "a line for each mutant")
    .addHelpText("after", "\nExample:\n  scoutsim mutants --only farewell_worker --verbose\n")
    .action(async (options: MutantsOptions) => finish(await run(options)));
}
