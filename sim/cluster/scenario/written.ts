// What somebody did in a stepper as a scenario: the world, the events up to where they stand, what
// they chose out of turn, and the questions they asked on the way. It is run once as it is written,
// so its output is there to be compared, and it must come to the same hash.

import type { Protocol } from "../../../src/core/index.ts";
import type { Stepper } from "../../explore/stepper/stepper.ts";
import { parseScn, printScn, runScn } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import type { Builder } from "../world/any-world.ts";
import { scenarioExecutor } from "./scenario.ts";

/** A question that a scenario can ask too, at a position. */
export interface Asked {
  readonly at: number;
  readonly command: string;
}

export interface Written {
  readonly world: string;
  readonly file: string;
  readonly asked: readonly Asked[];
  readonly builders: Readonly<Record<string, Builder>>;
}

export function writeScenario(s: Stepper<Protocol>, o: Written): string {
  const { hash } = s.line.worldAt(s.at).world;
  const text = scenarioText(s, o);
  const scenario = runScn(parseScn(text, o.file), scenarioExecutor(o.builders));
  const last = scenario.blocks.at(-1)?.output.split("\n").at(-1);
  if (last === hash) return printScn(scenario);
  throw new UserError("this run cannot be told in scenario commands: it comes out otherwise");
}

function scenarioText(s: Stepper<Protocol>, { world, asked }: Written): string {
  const lines = [
    "# Written by scoutsim step: what was gone through, and what was asked on the way.",
  ];
  if (s.step > 0) {
    lines.push(`# It stood before step ${s.step} of the event after the last one here:`);
    lines.push("# no command stops within an event.");
  }
  const block = (...commands: readonly string[]): void => {
    lines.push("", ...commands, "----");
  };
  block(world);
  let from = 0;
  const run = (at: number): void => {
    if (at > from) block(`run events=${at - from}`);
    from = at;
  };
  for (let at = 0; at <= s.at; at++) {
    const here = asked.filter((a) => a.at === at);
    if (here.length > 0) {
      run(at);
      block(...here.map(({ command }) => command));
    }
    if (at === s.at) break;
    const move = moveAt(s, at);
    if (move === undefined) continue;
    run(at);
    for (const command of move) block(command);
    from = at + 1;
  }
  run(s.at);
  block("show hash");
  return `${lines.join("\n")}\n`;
}

/** The commands for a move that is not just the next event. */
function moveAt(s: Stepper<Protocol>, at: number): string[] | undefined {
  const order = s.line.choiceAt(at);
  if (order !== undefined) return [`choose order=${order}`];
  const input = s.line.inputAt(at);
  if (input === undefined) return undefined;
  const { now, hash } = s.line.worldAt(at).world;
  // the end of a run is only a look, which says something when it breaks a promise
  if (input.isEnd) return input.world.hash === hash ? [] : ["do judge"];
  const later = input.text.startsWith("choose") ? 0 : input.world.now - now;
  return later > 0 ? [`run for=${later}us`, input.text] : [input.text];
}
