// What a hunt came to, as a file beside the failures that it kept, so that hunts over the shards of
// a range of seeds can be joined.

import * as v from "valibot";
import { problemOf, whole } from "../../cluster/plan/file.ts";
import { trialOf } from "../../cluster/trial/trial.ts";
import { type HuntState, inOrder, joinHunt, newHunt } from "../../explore/hunt.ts";
import { parseJson } from "../../report/json.ts";
import { UserError } from "../../report/user-error.ts";
import { type Shard, shardOf } from "../flags.ts";
import { nameOf } from "./keep.ts";

export const RESULT_FILE = "hunt.json";
const FORMAT = "scoutsim-hunt";
const VERSION = 1;

/** The hunt that a file tells of, and which shards of it. */
export interface HuntResult {
  readonly seed: string;
  readonly variants: readonly string[];
  readonly shards: readonly Shard[];
  readonly state: HuntState;
}

const count = whole(0, Number.MAX_SAFE_INTEGER);
const schema = v.strictObject({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  seed: v.string(),
  variants: v.array(v.string()),
  shards: v.array(v.string()),
  runs: count,
  events: count,
  found: v.array(
    v.strictObject({
      promise: v.string(),
      place: v.string(),
      text: v.string(),
      kin: v.optional(v.string()),
      n: count,
      seed: v.string(),
      runs: count,
      events: count,
      hash: v.string(),
      atUs: count,
      file: v.string(),
    }),
  ),
});
type File = v.InferOutput<typeof schema>;

export function resultText({ seed, variants, shards, state }: HuntResult): string {
  const found = inOrder(state).map(({ first, n, runs, promise, place, text, ...f }) => ({
    ...{ promise, place, text, n, seed: f.seed, runs },
    ...{ events: first.events, hash: first.hash, atUs: first.atUs },
    ...(first.kin === undefined ? {} : { kin: first.kin }),
    file: nameOf(trialOf(f.seed, variants), first),
  }));
  const file: File = {
    ...{ format: FORMAT, version: VERSION, seed, variants: [...variants] },
    ...{ shards: shards.map(({ i, of }) => `${i}/${of}`), runs: state.runs, events: state.events },
    found,
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** Reads what `resultText` wrote; `name` is for complaints. */
export function readResult(text: string, name: string): HuntResult {
  const refuse = (problem: string): never => {
    throw new UserError(problem, { file: name });
  };
  const parsed = v.safeParse(schema, parseJson(text) ?? refuse("is not one whole piece of JSON"));
  if (!parsed.success) {
    const { path, text: what } = problemOf(parsed.issues[0]);
    return refuse(`${path}: ${what}; give a folder that hunt --out wrote`);
  }
  const { seed, variants, shards, runs, events, found } = parsed.output;
  const state = newHunt();
  for (const { promise, place, text: says, kin, ...f } of found) {
    const violation = { promise, place, text: says };
    const { hash, atUs } = f;
    const first = {
      events: f.events,
      hash,
      atUs,
      violation,
      ...(kin === undefined ? {} : { kin }),
    };
    const one = { ...violation, n: f.n, seed: f.seed, first, runs: f.runs };
    joinHunt(state, { runs: 0, events: 0, found: new Map([["", one]]) });
  }
  joinHunt(state, { runs, events, found: new Map() });
  return { seed, variants, shards: shards.map((s) => shardOf("shards", s)), state };
}
