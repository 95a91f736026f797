// `scoutsim mutants`: puts small faults into the model, one at a time, and asks whether short hunts
// notice. Exit status 1 when too many live, or one lives and nobody has written down why.

import { huntMutant, killedBy, type Verdict } from "../cluster/mutants/hunt.ts";
import { mutantKey } from "../cluster/mutants/mutants.ts";
import { reasons } from "../cluster/mutants/reasons.ts";
import {
  type Candidate,
  chosenOf,
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
import { shardOf, WHOLE, wholeNumber } from "./flags.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { clearProgress, progress, writeLine } from "./output.ts";

export interface MutantsOptions {
  readonly base: string;
  readonly runs: string;
  readonly tries: string;
  readonly seed: string;
  readonly only?: string;
  readonly sample?: string;
  readonly shard?: string;
  readonly skips?: true;
  readonly verbose?: true;
}

type Chosen = readonly (readonly [string, Candidate])[];

const noneSeen: Report["alsoBroken"] = new Map();

/** Runs of a mutant when it is asked whether monitors see it that were not the first to. */
const TRIES_AGAIN = 4;

/** Those that the flags leave, every n-th of the list, so that parts take about as long as one
 *  another and a sample has some of each room. */
function pick(all: Chosen, o: MutantsOptions): Chosen {
  const { i, of } = o.shard === undefined ? WHOLE : shardOf("--shard", o.shard);
  const wanted = all.filter(([, { mutant }]) => o.skips === true || mutant.kind !== "skip");
  const named = wanted.filter(([key]) => key.includes(o.only ?? ""));
  const shard = named.filter((_, at) => at % of === i - 1);
  if (o.sample === undefined) return shard;
  const step = Math.max(1, Math.floor(shard.length / wholeNumber("--sample", o.sample)));
  return shard.filter((_, at) => at % step === 0);
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
  const { bases, failing, commuting } = sites;
  const found = pick(chosenOf(sites), o).length;
  writeLine(
    `${bases.size + failing} runs without a mutant (${failing} fail and are left out) come to ` +
      `${found} mutants; ${commuting.size} pairs of effects have no order`,
  );
  return sites;
}

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

/** Mutants for a second look: those that died, and then, for promises that none of them breaks,
 *  waits, calls and writes that are skipped. */
function secondLook(sites: Sites, verdicts: readonly Verdict[]): Candidate[] {
  const died = verdicts.flatMap(({ key, killed }) => (killed === undefined ? [] : [key]));
  const skips = chosenOf(sites).flatMap(([key, { mutant }]) =>
    mutant.kind === "skip" && !died.includes(key) ? [key] : [],
  );
  return [...died, ...skips].flatMap((key) => sites.candidates.get(key) ?? []);
}

/** Promises that were never the first to break, and by which mutant they do break when only they
 *  are watched. */
async function lookAgain(
  sites: Sites,
  verdicts: readonly Verdict[],
  interrupt: Interrupt,
): Promise<Map<string, string>> {
  const unseen = new Set(judges().filter((p) => !verdicts.some((v) => v.killed?.promise === p)));
  const seen = new Map<string, string>();
  const again = secondLook(sites, verdicts);
  for (const [i, candidate] of again.entries()) {
    if (interrupt.isStopped() || unseen.size === 0) break;
    progress(`${unseen.size} monitors were never the first; mutant ${i + 1} of ${again.length}`);
    await interrupt.pause();
    const failure = killedBy(sites, candidate, unseen, TRIES_AGAIN);
    if (failure === undefined) continue;
    unseen.delete(failure.promise);
    seen.set(failure.promise, mutantKey(candidate.mutant));
  }
  clearProgress();
  return seen;
}

/** Those of mutants that were tried. */
const withoutSkips = (): Report["reasons"] =>
  Object.fromEntries(Object.entries(reasons).filter(([key]) => !key.includes(": skip")));

/** The exit status. */
export async function huntMutants(o: MutantsOptions): Promise<number> {
  const variants = o.base.split(",");
  const tries = wholeNumber("--tries", o.tries);
  pick([], o);
  const model = modelOf({ variants: variantsOf(variants) });
  const interrupt = onInterrupt();
  const means = { tries, interrupt, verbose: o.verbose ?? false };
  const sites = await learnAll(o, variants, interrupt);
  const all = chosenOf(sites);
  const chosen = pick(all, o);
  const verdicts = await huntAll(sites, chosen, means);
  const looksAgain = o.only === undefined && o.sample === undefined;
  const isWhole = looksAgain && o.shard === undefined && !interrupt.isStopped();
  const alsoBroken = looksAgain ? await lookAgain(sites, verdicts, interrupt) : noneSeen;
  interrupt.release();
  const roomOf = roomsOf(model);
  const missed = isWhole ? notReached(model, sites) : [];
  const report: Report = {
    verdicts: verdicts.map((v) => ({ ...v, room: roomOf(sites.candidates.get(v.key)?.by ?? "") })),
    notReached: missed.map((key) => roomOf(/^\S+/.exec(key)?.[0] ?? "")),
    reasons: o.skips === true ? reasons : withoutSkips(),
    alsoBroken,
    complete: isWhole,
  };
  for (const line of reportLines(report)) writeLine(line);
  if (missed.length > 0) writeLine("\nnot reached");
  for (const key of missed) writeLine(key);
  if (interrupt.isStopped()) writeLine(`\nstopped after ${verdicts.length} of ${chosen.length}`);
  return isEnough(report) && !interrupt.isStopped() ? 0 : 1;
}
