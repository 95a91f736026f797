// `world plan seed=TEXT variant=ID,ID`, or `world plan file=FAILURE.json`: the world of a hunt's
// run, so that a scenario can go through what a hunt found. The steps of the plan are pending in
// it, and it is judged by all that its hunt judges it by.

import { expectArgs, listArg, type ScnCommand, textArg } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { readArtifact } from "../trial/artifact.ts";
import { withVariantList } from "../trial/found.ts";
import type { Trial } from "../trial/tape-runs.ts";
import { trialOf, worldOf } from "../trial/trial.ts";
import type { AnyWorld, Builder, Built } from "../world/any-world.ts";
import { boundTo } from "../world/variants.ts";
import { judgeActions } from "./judge.ts";

/** Reads a file that is named in a scenario. */
export type ReadBeside = (file: string, scenario: string) => string;

const readNothing: ReadBeside = () => {
  throw new UserError("no file is read here; run the scenario with scoutsim run");
};

export const planBuilder =
  (read: ReadBeside = readNothing): Builder =>
  (c) => {
    expectArgs(c, { keys: ["seed", "file", "variant"], maxWords: 1 });
    return builtOf(trialFor(c, read));
  };

function builtOf(t: Trial): Built {
  const w = worldOf(t) as unknown as AnyWorld;
  return { w, actions: judgeActions(w) };
}

/** `variant=` of a file is instead of its own; `main` is none. */
function trialFor(c: ScnCommand, read: ReadBeside): Trial {
  const file = textArg(c, "file", "");
  const variants = listArg(c, "variant", []);
  boundTo(variants);
  if (file === "") return trialOf(textArg(c, "seed"), variants);
  const { plan, tape, course } = readArtifact(read(file, c.file), file);
  if (course !== undefined) {
    throw new UserError("no scenario can go the way that a search took; step through the file", {
      file,
    });
  }
  const own = { plan, tape };
  return variants.length === 0 ? own : withVariantList(own, variants);
}
