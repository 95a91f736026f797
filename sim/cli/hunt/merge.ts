// `scoutsim merge`: joins what hunts over the shards of one range of seeds came to.

import { join } from "node:path";
import { trialOf } from "../../cluster/trial/trial.ts";
import { inOrder, joinHunt, newHunt } from "../../explore/hunt.ts";
import { UserError } from "../../report/user-error.ts";
import { openFolder, readTextFile, writeTextFile } from "../files.ts";
import { type Shard, WHOLE } from "../flags.ts";
import { writeLine } from "../output.ts";
import { nameOf } from "./keep.ts";
import { type HuntResult, RESULT_FILE, readResult, resultText } from "./result-file.ts";

const wordsOf = ({ i, of }: Shard): string => `${i}/${of}`;

/** The exit status: 1 when one of them found something. */
export function mergeHunts(folders: readonly string[], o: { readonly out?: string }): number {
  const all = folders.map((folder) => {
    const file = join(folder, RESULT_FILE);
    return { folder, ...readResult(readTextFile(file), file) };
  });
  const joined = joinedOf(all);
  const { state } = joined;
  const owed = missing(joined.shards);
  writeLine(`${state.runs} runs, ${state.events} events, ${state.found.size} distinct failures`);
  if (owed.length > 0) writeLine(`not among them: shard ${owed.join(", ")}`);
  for (const f of inOrder(state)) {
    writeLine(`${f.promise} at ${f.place} (${f.runs} runs): ${f.text}`);
    writeLine(
      `  ${join(folderOf(all, f.seed), nameOf(trialOf(f.seed, joined.variants), f.first))}`,
    );
  }
  if (o.out !== undefined) keepIn(o.out, joined, all);
  return state.found.size > 0 ? 1 : 0;
}

type InFolder = HuntResult & { readonly folder: string };

const hasSeed = ({ state }: HuntResult, seed: string): boolean =>
  [...state.found.values()].some((f) => f.seed === seed);

const folderOf = (all: readonly InFolder[], seed: string): string =>
  all.find((one) => hasSeed(one, seed))?.folder ?? "";

function joinedOf(all: readonly InFolder[]): HuntResult {
  const state = newHunt();
  const shards: Shard[] = [];
  const [first] = all;
  for (const one of all) {
    const refuse = (problem: string): never => {
      throw new UserError(problem, { file: one.folder });
    };
    if (one.seed !== first?.seed)
      refuse(`is of seed ${one.seed}, not ${first?.seed}; merge one hunt`);
    const [mine, theirs] = [one.variants.join(" "), first?.variants.join(" ")];
    if (mine !== theirs) refuse(`has variants "${mine}", not "${theirs}"; merge one hunt`);
    for (const shard of one.shards) {
      const other = shards[0] ?? shard;
      if (other.of !== shard.of) refuse(`is a part of ${shard.of}, not of ${other.of}`);
      if (shards.some(({ i }) => i === shard.i)) refuse(`shard ${wordsOf(shard)} is there twice`);
      shards.push(shard);
    }
    joinHunt(state, one.state);
  }
  shards.sort((x, y) => x.i - y.i);
  const parts = missing(shards).length === 0 ? [WHOLE] : shards;
  return { seed: first?.seed ?? "", variants: first?.variants ?? [], shards: parts, state };
}

function missing(shards: readonly Shard[]): string[] {
  const of = shards[0]?.of ?? 0;
  const all = Array.from({ length: of }, (_, k) => ({ i: k + 1, of }));
  return all.filter(({ i }) => !shards.some((s) => s.i === i)).map(wordsOf);
}

/** The joined result, and the failures that it names. */
function keepIn(out: string, joined: HuntResult, all: readonly InFolder[]): void {
  openFolder(out);
  for (const f of inOrder(joined.state)) {
    const name = nameOf(trialOf(f.seed, joined.variants), f.first);
    writeTextFile(join(out, name), readTextFile(join(folderOf(all, f.seed), name)));
  }
  writeTextFile(join(out, RESULT_FILE), resultText(joined));
}
