// What `scoutsim step` is given: a failure that a hunt kept, a scenario, or the seed of a run.

import { dirname, relative, resolve } from "node:path";
import { type Recorded, recordScenario, recordTrial } from "../../cluster/scenario/recorded.ts";
import { withVariantList } from "../../cluster/trial/found.ts";
import { trialIn } from "../../cluster/trial/tape-runs.ts";
import { trialOf } from "../../cluster/trial/trial.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import { parseScn, type Scenario } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { artifactIn } from "../artifact-file.ts";
import { isThere, readTextFile } from "../files.ts";
import { builders } from "../worlds.ts";

export interface OpenOptions {
  readonly variant: readonly string[];
  readonly withoutVariants?: true;
  /** Which world of a scenario, from 1. */
  readonly world: number;
}

export interface Opened {
  readonly title: string;
  readonly recorded: Recorded;
  /** The `world` command for a scenario in that file. */
  worldIn(file: string): string;
}

export function open(what: string, o: OpenOptions): Opened {
  boundTo(o.variant);
  if (what.endsWith(".scn")) return openScenario(what, o);
  const looksLikeFile = what.endsWith(".json") || what.includes("/") || isThere(what);
  return looksLikeFile ? openArtifact(what, o) : openSeed(what, o);
}

function openScenario(file: string, o: OpenOptions): Opened {
  const scenario = parseScn(readTextFile(file), file);
  const recorded = recordScenario(scenario, builders, o.world);
  return {
    title: titleOf(scenario, o.world),
    recorded,
    worldIn: (to) => moved(recorded.world, file, to),
  };
}

/** Half of a file that shows a bug is often the run without it. */
function titleOf({ file, blocks }: Scenario, nth: number): string {
  const commands = blocks.flatMap(({ input }) => input);
  const worlds = commands.filter((line) => typeof line !== "string" && line.name === "world");
  if (worlds.length === 1) return file;
  return `${file}, world ${nth} of ${worlds.length}; --world N takes another`;
}

/** A file that the command names is found from where the new scenario is. */
const moved = (command: string, from: string, to: string): string =>
  command.replace(/(?<=\sfile=)(?:"([^"\\]*)"|(\S+))/, (_all, quoted?: string, bare?: string) =>
    quote(relative(dirname(to), resolve(dirname(from), quoted ?? bare ?? ""))),
  );

const quote = (text: string): string => (/^[^\s"\\#]+$/.test(text) ? text : JSON.stringify(text));

function openSeed(seed: string, { variant }: OpenOptions): Opened {
  const more = variant.length === 0 ? "" : ` variant=${variant.join(",")}`;
  const world = `world plan seed=${quote(seed)}${more}`;
  const recorded = recordTrial(trialOf(seed, variant), world);
  return { title: `seed ${seed}`, recorded, worldIn: () => world };
}

/** Variants that are given are added to its own, or instead of them. */
function openArtifact(file: string, o: OpenOptions): Opened {
  const t = trialIn(artifactIn(file));
  const { plan } = t;
  const own = o.withoutVariants ? [] : plan.variants.filter((id) => !o.variant.includes(id));
  const variants = [...own, ...o.variant];
  boundTo(variants);
  const asKept = variants.join() === plan.variants.join();
  const more = asKept ? "" : ` variant=${variants.join(",") || "main"}`;
  const world = (to: string): string =>
    `world plan file=${quote(relative(dirname(to), file))}${more}`;
  const worldIn = (to: string): string => {
    if (t.course === undefined) return world(to);
    throw new UserError("no scenario can go the way that a search took: step through it here");
  };
  const recorded = recordTrial(withVariantList(t, variants), world(file));
  return { title: file, recorded, worldIn };
}
