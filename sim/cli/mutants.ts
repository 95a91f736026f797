// `scoutsim mutants`: puts small faults into the model, one at a time, and asks whether short hunts
// notice. Exit status 1 when too many live, or one lives and nobody has written down why.

import { huntMutant, killedBy, type Verdict } from "../cluster/mutants/hunt.ts";
import { neverFirst } from "../cluster/mutants/killers.ts";
import { mutantKey } from "../cluster/mutants/mutants.ts";
import { reasons } from "../cluster/mutants/reasons.ts";
import {
  type Candidate,
  chosenOf,
  learn,
  newSites,
  notReached,
  type Sites,
  valuesOf,
} from "../cluster/mutants/sites.ts";
import { isEnough, killLine, type Report, reportLines, roomsOf } from "../cluster/mutants/table.ts";
import { isWitnessed, silences, witnesses } from "../cluster/mutants/witnesses.ts";
import { withVariantList } from "../cluster/trial/found.ts";
import { trialOf } from "../cluster/trial/trial.ts";
import { modelOf } from "../cluster/world/cluster.ts";
import { variantsOf } from "../cluster/world/variant-names.ts";
import { seedOf } from "../explore/hunt.ts";
import { shardOf, WHOLE, wholeNumber } from "./flags.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { keptTrials } from "./kept.ts";
import { clearProgress, progress, writeLine } from "./output.ts";

export interface MutantsOptions {
  readonly base: string;
  readonly runs: string;
  readonly tries: string;
  readonly seed: string;
  readonly only?: string;
  readonly sample?: string;
  readonly shard?: string;
  readonly values: string;
  readonly skips?: true;
  readonly verbose?: true;
}

type Chosen = readonly (readonly [string, Candidate])[];

const noneSeen: Report["alsoBroken"] = new Map();

/** Runs without a mutant in which it is learned what all steps change: that takes long, and what is
 *  changed in few runs is nothing for a sample. */
const VALUE_RUNS = 30;
/** Runs at most of a mutant of a value, unless it is known to break something. */
const VALUE_TRIES = 4;
/** Mutants that get a second look. */
const AGAIN = 400;

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

/** A sample of values, spread over the rooms in their order, besides those that are known to break
 *  what few do. */
function pickValues(all: Chosen, o: MutantsOptions, roomOf: (by: string) => string): Chosen {
  const { i, of } = o.shard === undefined ? WHOLE : shardOf("--shard", o.shard);
  const few = o.sample === undefined ? Infinity : wholeNumber("--sample", o.sample);
  const wanted = Math.min(few, wholeNumber("--values", o.values));
  if (o.only !== undefined) return all.filter(([key]) => key.includes(o.only ?? ""));
  const byRoom = all.toSorted(([, x], [, y]) => (roomOf(x.by) < roomOf(y.by) ? -1 : 1));
  const step = Math.max(1, all.length / wanted);
  return byRoom
    .filter(([key], at) => known.includes(key) || Math.floor(at % step) === 0)
    .filter((_, at) => at % of === i - 1);
}

async function learnAll(
  o: MutantsOptions,
  variants: readonly string[],
  interrupt: Interrupt,
): Promise<Sites> {
  const sites = newSites();
  const runs = wholeNumber("--runs", o.runs);
  for (let n = 0; n < runs && !interrupt.isStopped(); n++) {
    const looksAt = (place: string): boolean => n < VALUE_RUNS || isWitnessed(place);
    learn(sites, trialOf(seedOf(o.seed, n), variants), looksAt);
    progress(`${n + 1} runs without a mutant, ${sites.candidates.size} mutants`);
    await interrupt.pause();
  }
  for (const trial of keptTrials()) {
    if (interrupt.isStopped()) break;
    if (sites.bases.has(trial.plan.seed)) continue;
    learn(sites, withVariantList(trial, variants), isWitnessed);
    await interrupt.pause();
  }
  clearProgress();
  const { bases, failing, commuting } = sites;
  const found = pick(chosenOf(sites), o).length;
  writeLine(
    `${bases.size + failing} runs without a mutant (${failing} fail and are left out) come to ` +
      `${found} mutants of effects and ${valuesOf(sites).length} of values; ` +
      `${commuting.size} pairs of effects have no order`,
  );
  return sites;
}

interface Means {
  readonly tries: number;
  readonly interrupt: Interrupt;
  readonly verbose: boolean;
  /** Few runs of each are enough. */
  readonly isSample: boolean;
}

const known: readonly string[] = Object.values(witnesses);

async function huntAll(
  sites: Sites,
  chosen: Chosen,
  { tries, interrupt, verbose, isSample }: Means,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  let killed = 0;
  for (const [key, candidate] of chosen) {
    if (interrupt.isStopped()) break;
    const few = isSample && !known.includes(key) ? VALUE_TRIES : tries;
    const verdict = huntMutant(sites, candidate, key, Math.min(few, tries));
    verdicts.push(verdict);
    if (verdict.killed !== undefined) killed++;
    if (verbose) writeLine(killLine(verdict));
    progress(`${verdicts.length} of ${chosen.length} mutants, ${killed} killed; last: ${key}`);
    await interrupt.pause();
  }
  clearProgress();
  return verdicts;
}

/** Mutants for a second look: those that are known to break such a promise, those that died, and
 *  then, for promises that none of them breaks, waits, calls and writes that are skipped, and
 *  values. */
function secondLook(sites: Sites, died: readonly string[], unseen: Set<string>): Candidate[] {
  const told = Object.entries(witnesses).flatMap(([p, key]) => (unseen.has(p) ? [key] : []));
  const skips = chosenOf(sites).filter(([, { mutant }]) => mutant.kind === "skip");
  const others = [...skips, ...valuesOf(sites)].map(([key]) => key);
  const keys = [...new Set([...told, ...died, ...others])];
  return keys.flatMap((key) => sites.candidates.get(key) ?? []).slice(0, AGAIN);
}

/** Promises that were never the first to break, and by which mutant they do break when only they
 *  are watched. */
async function lookAgain(
  sites: Sites,
  all: Pick<Report, "verdicts" | "values">,
  interrupt: Interrupt,
): Promise<Map<string, string>> {
  const unseen = new Set(neverFirst(all).filter((promise) => silences[promise] === undefined));
  const seen = new Map<string, string>();
  const died = [...all.verdicts, ...all.values].filter(({ killed }) => killed !== undefined);
  const keys = died.map(({ key }) => key);
  const again = secondLook(sites, keys, unseen);
  for (const [i, candidate] of again.entries()) {
    if (interrupt.isStopped() || unseen.size === 0) break;
    progress(`${unseen.size} monitors were never the first; mutant ${i + 1} of ${again.length}`);
    await interrupt.pause();
    const isTold = known.includes(mutantKey(candidate.mutant));
    const failure = killedBy(sites, candidate, unseen, isTold ? sites.bases.size : TRIES_AGAIN);
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
  pickValues([], o, () => "");
  const model = modelOf({ variants: variantsOf(variants) });
  const interrupt = onInterrupt();
  const means = { tries, interrupt, verbose: o.verbose ?? false, isSample: false };
  const sites = await learnAll(o, variants, interrupt);
  const roomOf = roomsOf(model);
  const found = valuesOf(sites);
  const chosen = pick(chosenOf(sites), o);
  const chosenValues = pickValues(found, o, roomOf);
  const effects = await huntAll(sites, chosen, means);
  const values = await huntAll(sites, chosenValues, { ...means, isSample: true });
  const inRoom = (v: Verdict) => ({ ...v, room: roomOf(sites.candidates.get(v.key)?.by ?? "") });
  const verdicts = { verdicts: effects.map(inRoom), values: values.map(inRoom) };
  const looksAgain = o.only === undefined && o.sample === undefined;
  const isWhole = looksAgain && o.shard === undefined && !interrupt.isStopped();
  const alsoBroken = looksAgain ? await lookAgain(sites, verdicts, interrupt) : noneSeen;
  interrupt.release();
  const missed = isWhole ? notReached(model, sites) : [];
  const report: Report = {
    ...verdicts,
    valuesFound: found.length,
    notReached: missed.map((key) => roomOf(/^\S+/.exec(key)?.[0] ?? "")),
    reasons: o.skips === true ? reasons : withoutSkips(),
    silences,
    alsoBroken,
    complete: isWhole,
  };
  for (const line of reportLines(report)) writeLine(line);
  if (missed.length > 0) writeLine("\nnot reached");
  for (const key of missed) writeLine(key);
  const tried = effects.length + values.length;
  const wanted = chosen.length + chosenValues.length;
  if (interrupt.isStopped()) writeLine(`\nstopped after ${tried} of ${wanted}`);
  return isEnough(report) && !interrupt.isStopped() ? 0 : 1;
}
