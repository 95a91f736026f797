// `scoutsim hunt` and `scoutsim replay`: seeds of the general generator, and one of them again.

import process from "node:process";
import { planOf, showPlan, tryPlan } from "../cluster/trial.ts";
import { variantOf } from "../cluster/variants.ts";
import { huntOn, newHunt } from "../explore/hunt.ts";
import { UserError } from "../report/user-error.ts";
import { writeLine } from "./output.ts";

export interface HuntOptions {
  readonly runs?: string;
  readonly seconds?: string;
  readonly seed: string;
  readonly variant: readonly string[];
}

const AT_ONCE = 10;
const DEFAULT_RUNS = 300;

export function wholeNumber(flag: string, text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new UserError(`${flag} takes a whole number from 1 to 999999999, not "${text}"`);
}

const variantFlags = (ids: readonly string[]): string =>
  ids.map((id) => ` --variant ${id}`).join("");

/** The exit status: 1 when something was found. */
export async function huntSeeds(o: HuntOptions): Promise<number> {
  for (const id of o.variant) variantOf(id);
  const seconds = o.seconds === undefined ? undefined : wholeNumber("--seconds", o.seconds);
  const asked = o.runs === undefined ? undefined : wholeNumber("--runs", o.runs);
  const runs = asked ?? (seconds === undefined ? DEFAULT_RUNS : Number.MAX_SAFE_INTEGER);
  const end = seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + seconds * 1000;
  const state = newHunt();
  let stopped = false;
  const stop = () => {
    stopped = true;
  };
  process.once("SIGINT", stop);
  while (!stopped && state.runs < runs && Date.now() < end) {
    huntOn(state, o.seed, Math.min(AT_ONCE, runs - state.runs), (s) =>
      tryPlan(planOf(s, o.variant)),
    );
    if (process.stderr.isTTY) {
      process.stderr.write(`\r${state.runs} runs, ${state.found.size} found `);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.removeListener("SIGINT", stop);
  if (process.stderr.isTTY) process.stderr.write("\r");
  const how = stopped ? "stopped after " : "";
  writeLine(
    `${how}${state.runs} runs, ${state.events} events, ${state.found.size} distinct failures`,
  );
  for (const f of state.found.values()) {
    writeLine(`${f.promise} at ${f.place} (${f.runs} runs): ${f.text}`);
    writeLine(`  scoutsim replay ${f.seed}${variantFlags(o.variant)}`);
  }
  return state.found.size > 0 ? 1 : 0;
}

export interface ReplayOptions {
  readonly variant: readonly string[];
  readonly lines: string;
}

export function replaySeed(seed: string, o: ReplayOptions): number {
  for (const id of o.variant) variantOf(id);
  const outcome = showPlan(planOf(seed, o.variant), wholeNumber("--lines", o.lines), writeLine);
  return outcome.violation === undefined ? 0 : 1;
}
