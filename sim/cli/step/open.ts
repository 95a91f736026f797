// What `scoutsim step` is given: a failure that a hunt kept, a scenario, or the seed of a run.

import { dirname, relative, resolve } from "node:path";
import { type Recorded, recordScenario, recordTrial } from "../../cluster/scenario/recorded.ts";
import type { Trial } from "../../cluster/trial/tape-runs.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import { parseScn, type Scenario } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { readTextFile } from "../files.ts";
import { namedRun, type RunOptions } from "../named-run.ts";
import { builders } from "../worlds.ts";

export interface OpenOptions extends RunOptions {
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
  const { trial, artifact } = namedRun(what, o);
  if (artifact === undefined) return openSeed(what, trial);
  return openArtifact(what, trial, artifact.plan.variants);
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

function openSeed(seed: string, t: Trial): Opened {
  const { variants } = t.plan;
  const more = variants.length === 0 ? "" : ` variant=${variants.join(",")}`;
  const world = `world plan seed=${quote(seed)}${more}`;
  const recorded = recordTrial(t, world);
  return { title: `seed ${seed}`, recorded, worldIn: () => world };
}

function openArtifact(file: string, t: Trial, kept: readonly string[]): Opened {
  const { variants } = t.plan;
  const asKept = variants.join() === kept.join();
  const more = asKept ? "" : ` variant=${variants.join(",") || "main"}`;
  const world = (to: string): string =>
    `world plan file=${quote(relative(dirname(to), file))}${more}`;
  const worldIn = (to: string): string => {
    if (t.course === undefined) return world(to);
    throw new UserError("no scenario can go the way that a search took: step through it here");
  };
  const recorded = recordTrial(t, world(file));
  return { title: file, recorded, worldIn };
}
