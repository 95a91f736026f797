// Runs plans with everything counted that they come to. It costs time, so a hunt does not.

import { addRun, type Coverage, startCounting } from "../../explore/coverage.ts";
import { monitorsFor } from "../plan/judged.ts";
import { planWorld } from "../plan/plan.ts";
import type { Plan } from "../plan/types.ts";
import { LostServers, nameOf, phases } from "./phases.ts";
import { runToEnd } from "./trial.ts";

/** The pairs that there are. */
export const knownPairs: readonly string[] = phases.map(nameOf);

/** Up to the first broken promise or the plan's end, as a hunt runs it. */
export function countRun(coverage: Coverage, plan: Plan): void {
  const w = planWorld(plan, monitorsFor(plan));
  startCounting(w);
  const lost = new LostServers();
  w.trace.sink = lost;
  runToEnd(w, plan);
  addRun(coverage, w, lost.met);
}
