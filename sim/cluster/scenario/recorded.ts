// A run as something to step through: the world before its first event, and what was done to it
// between events. Of a plan everything is an event, but for how it ends; of a scenario each command
// that does something is an input.

import type { Protocol } from "../../../src/core/index.ts";
import type { Input } from "../../explore/stepper/timeline.ts";
import type { Scenario, ScnCommand, ScnExecutor } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import type { Trial } from "../trial/tape-runs.ts";
import { runTrial, sentenceOf, worldOf } from "../trial/trial.ts";
import type { AnyWorld, Builder, Built } from "../world/any-world.ts";
import { scenarioExecutor } from "./scenario.ts";

export interface Recorded {
  readonly start: AnyWorld;
  readonly inputs: readonly Input<Protocol>[];
  /** Events that came out of turn, by how many came before. */
  readonly chosen?: ReadonlyMap<number, number>;
  /** The `world` command that builds it. */
  readonly world: string;
}

const COURSE = "from here on it goes as a search took it";

/** `world` is the command that builds the same in a scenario. */
export function recordTrial(t: Trial, world: string): Recorded {
  const w = worldOf(t);
  const start = w.clone() as unknown as AnyWorld;
  const inputs: Input<Protocol>[] = [];
  const chosen = new Map<number, number>();
  const { violation } = runTrial(w, t, {
    event(at, { order }) {
      if (chosen.size === 0) {
        inputs.push({ events: at.seq, text: COURSE, world: at.clone() as unknown as AnyWorld });
      }
      chosen.set(at.seq, order);
    },
  });
  if (violation?.promise === "BOUND") return { start, inputs, chosen, world };
  const how = violation === undefined ? "no promise broken" : sentenceOf(violation);
  const end = {
    events: w.seq,
    text: `the run of the plan ends here: ${how}`,
    world: w.clone() as unknown as AnyWorld,
    isEnd: true,
  } as const;
  return { start, inputs: [...inputs, end], chosen, world };
}

const DOING = ["do", "start", "hold", "release", "fault", "choose"];

/** The n-th world that the scenario builds, from 1. */
export function recordScenario(
  scenario: Scenario,
  builders: Readonly<Record<string, Builder>>,
  nth: number,
): Recorded {
  let built: Built | undefined;
  const spies = Object.entries(builders).map(([name, build]): [string, Builder] => [
    name,
    (c) => {
      built = build(c);
      return built;
    },
  ]);
  const executor = scenarioExecutor(Object.fromEntries(spies));
  const commands = scenario.blocks
    .flatMap(({ input }) => input)
    .filter((line) => typeof line !== "string");
  const worlds = commands.filter(({ name }) => name === "world");
  const world = worlds[nth - 1];
  if (world === undefined) {
    throw new UserError(`the scenario builds ${worlds.length} worlds: there is no world ${nth}`, {
      file: scenario.file,
    });
  }
  const first = commands.indexOf(world);
  const next = worlds[nth];
  const mine = commands.slice(first + 1, next === undefined ? undefined : commands.indexOf(next));
  runOne(executor, world);
  const w = (built as unknown as Built).w;
  const start = w.clone();
  const inputs: Input<Protocol>[] = [];
  for (const command of mine) {
    const events = w.seq;
    runOne(executor, command);
    if (!DOING.includes(command.name)) continue;
    inputs.push({ events, text: command.text, world: w.clone() });
  }
  const text = "the scenario ends here";
  inputs.push({ events: w.seq, text, world: w.clone(), isEnd: true });
  return { start, inputs, world: world.text };
}

function runOne(executor: ScnExecutor, command: ScnCommand): void {
  const place = { file: command.file, line: command.line, column: 1 };
  if (!executor.commands.includes(command.name)) {
    throw new UserError(`unknown command "${command.name}"`, place);
  }
  try {
    executor.run(command);
  } catch (error) {
    if (!(error instanceof UserError) || error.place !== undefined) throw error;
    throw new UserError(error.message, place);
  }
}
