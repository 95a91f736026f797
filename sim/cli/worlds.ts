// The worlds of scenarios on the command line, where a scenario may name a file beside it.

import { dirname, resolve } from "node:path";
import { planBuilder } from "../cluster/scenario/plan-world.ts";
import { worlds } from "../cluster/scenario/worlds.ts";
import type { Builder } from "../cluster/world/any-world.ts";
import { readTextFile } from "./files.ts";

export const builders: Readonly<Record<string, Builder>> = {
  ...worlds,
  plan: planBuilder((file, scenario) => readTextFile(resolve(dirname(scenario), file))),
};
