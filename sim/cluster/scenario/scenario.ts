// What the commands of a scenario file do: build a world, start programs, hold a task at a label,
// make a fault, run, and print what happened. It drives a world as a person would by hand.

import { start } from "../../engine/build.ts";
import { guarded } from "../../engine/guards.ts";
import { type Hold, open, type Until } from "../../engine/kernel/holds.ts";
import { sayEvent } from "../../explain/events.ts";
import {
  durationArgUs,
  expectArgs,
  numberArg,
  parseDurationUs,
  type ScnCommand,
  type ScnExecutor,
  textArg,
  words,
} from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { type AnyWorld, type Builder, type Built, mountArg, namesOf } from "../world/any-world.ts";
import { checkPlace } from "../world/places.ts";
import { makeFault } from "./fault.ts";
import { showNames, showWhat } from "./show.ts";
import { traceView } from "./trace-view.ts";
import { worlds } from "./worlds.ts";

const commands = [
  "world",
  "do",
  "start",
  "hold",
  "release",
  "fault",
  "run",
  "choose",
  "trace",
  "show",
] as const;
type Name = (typeof commands)[number];

export function scenarioExecutor(
  builders: Readonly<Record<string, Builder>> = worlds,
): ScnExecutor {
  const stage = new Stage(builders);
  return { commands, run: (command) => stage[command.name as Name](command) };
}

class Stage {
  private readonly builders: Readonly<Record<string, Builder>>;
  private built: Built | undefined;

  constructor(builders: Readonly<Record<string, Builder>>) {
    this.builders = builders;
  }

  world(c: ScnCommand): string {
    const [name = ""] = words(c);
    const builder = Object.hasOwn(this.builders, name) ? this.builders[name] : undefined;
    if (builder === undefined) {
      const known = Object.keys(this.builders).join(", ");
      throw new UserError(`unknown world "${name}"; worlds are ${known}`);
    }
    this.built = builder(c);
    return `mounts: ${namesOf(this.built.w).join(" ")}`;
  }

  /** `do NAME key=value ...`: an action of this kind of world. */
  do(c: ScnCommand): string {
    this.current();
    const actions = this.built?.actions ?? {};
    const [name = ""] = words(c);
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action !== undefined) return action(c);
    const known = Object.keys(actions).join(", ");
    throw new UserError(`this world cannot do "${name}"; it can do ${known || "nothing"}`);
  }

  /** `start PROGRAM mount=NAME key=number ...`: these become the program's arguments. */
  start(c: ScnCommand): string {
    const w = this.current();
    const [program = ""] = words(c);
    if (!w.tables.programs.has(program)) {
      throw new UserError(`unknown program "${program}"; show programs lists them`);
    }
    const args: Record<string, number | string> = {};
    for (const { key, value } of c.args) {
      if (key === undefined || key === "mount") continue;
      args[key] = /^\d+$/.test(value) ? Number(value) : value;
    }
    start(w, mountArg(w, c), program, args);
    return "";
  }

  /** `hold PROGRAM @ LABEL until released|time=D|PROGRAM @ LABEL [mount=NAME]`. */
  hold(c: ScnCommand): string {
    const w = this.current();
    expectArgs(c, { keys: ["mount", "time"], maxWords: 7 });
    const [program = "", at, label = "", until, ...rest] = words(c);
    if (at !== "@" || until !== "until") {
      throw new UserError(
        "write it as: hold PROGRAM @ LABEL until released|time=5ms|PROGRAM @ LABEL",
      );
    }
    checkPlace(w.tables, program, label);
    const mount = c.args.some((a) => a.key === "mount") ? mountArg(w, c) : -1;
    w.holds.push({ program, label, mount, held: [], open: false, until: untilOf(w, c, rest) });
    return "";
  }

  release(c: ScnCommand): string {
    const w = this.current();
    expectArgs(c, { maxWords: 3 });
    const [program = "", , label = ""] = words(c);
    const isMeant = (h: Hold) => !h.open && h.program === program && h.label === label;
    const hold = w.holds.find(isMeant);
    if (hold === undefined) {
      throw new UserError(`nothing is held at ${program} @ ${label}; hold it before`);
    }
    open(w, hold);
    return "";
  }

  fault(c: ScnCommand): string {
    const [name = ""] = words(c);
    makeFault(this.current(), name, c);
    return "";
  }

  /** `run for=D`, `run events=N`, or `run to PROGRAM @ LABEL`. */
  run(c: ScnCommand): string {
    const w = this.current();
    const before = w.seq;
    guarded(() => this.advance(w, c));
    const events = w.seq - before;
    return [`${events} events, now ${w.now} us`, ...w.violations.map(violationLine)].join("\n");
  }

  /** `choose order=N`: of what is pending, what was scheduled as the N-th comes next. */
  choose(c: ScnCommand): string {
    const w = this.current();
    expectArgs(c, { keys: ["order"] });
    const order = numberArg(c, "order");
    const event = w.pendingEvents().find((e) => e.order === order);
    if (event === undefined)
      throw new UserError(`nothing is pending that was scheduled as ${order}`);
    const text = sayEvent(w, event);
    guarded(() => w.stepTo(event));
    return `${text}, now ${w.now} us`;
  }

  /** The same, printing what happened: see trace-view.ts. */
  trace(c: ScnCommand): string {
    const w = this.current();
    const view = traceView(w, c);
    w.trace.sink = view.sink;
    guarded(() => this.advance(w, c));
    w.trace.sink = undefined;
    const lines = view.lines();
    return lines.length === 0 ? "nothing happened" : lines.join("\n");
  }

  /** `show WHAT mount=NAME path=a.b about=TEXT`: of the lines only those with the text. */
  show(c: ScnCommand): string {
    const w = this.current();
    expectArgs(c, { keys: ["mount", "path", "about"], maxWords: 1 });
    const [what = ""] = words(c);
    if (!showNames.includes(what)) {
      throw new UserError(`cannot show "${what}"; it can show ${showNames.join(", ")}`);
    }
    const mount = c.args.some((a) => a.key === "mount") ? mountArg(w, c) : undefined;
    const lines = showWhat(w, { what, mount, path: textArg(c, "path", "") }).split("\n");
    const about = textArg(c, "about", "");
    return lines.filter((line) => line.includes(about)).join("\n") || "none";
  }

  private advance(w: AnyWorld, c: ScnCommand): void {
    const [to, program = "", at, label = ""] = words(c);
    if (c.args.some(({ key }) => key === "events")) return perform(w, numberArg(c, "events"));
    if (to === undefined) return w.runFor(durationArgUs(c, "for"));
    if (to !== "to" || at !== "@") {
      throw new UserError("write it as: run for=10ms, or run to PROGRAM @ LABEL [for=10s]");
    }
    checkPlace(w.tables, program, label);
    const limit = w.now + durationArgUs(c, "for", 3_600_000_000);
    const isThere = (x: AnyWorld) => isSomebodyAt(x, program, label);
    if (!w.runUntil(isThere, limit)) {
      throw new UserError(`nobody came to ${program} @ ${label} by ${w.now} us`);
    }
  }

  private current(): AnyWorld {
    if (this.built === undefined) {
      throw new UserError("there is no world yet: begin the file with a world command");
    }
    return this.built.w;
  }
}

function perform(w: AnyWorld, events: number): void {
  for (let i = 0; i < events; i++) {
    if (!w.step()) throw new UserError(`nothing is pending any more after ${i} events`);
  }
}

function untilOf(w: AnyWorld, c: ScnCommand, rest: readonly string[]): Until {
  const time = c.args.find((a) => a.key === "time");
  if (time !== undefined) {
    const us = parseDurationUs(time.value);
    if (us === undefined) throw new UserError("time= takes a duration like 250us, 10ms or 3s");
    return { is: "time", at: us };
  }
  const [program = "", at, label = ""] = rest;
  if (program === "released") return { is: "released" };
  if (at !== "@") throw new UserError("after until: released, time=5ms or PROGRAM @ LABEL");
  checkPlace(w.tables, program, label);
  return { is: "label", program, label };
}

function isSomebodyAt(w: AnyWorld, program: string, label: string): boolean {
  for (let id = 0; id < w.mountCount; id++) {
    for (const task of w.peekMount(id).tasks) {
      const top = task?.frames[task.frames.length - 1];
      if (top?.program === program && top.label === label) return true;
    }
  }
  return false;
}

const violationLine = (v: { promise: string; place: string; text: string }): string =>
  `VIOLATION ${v.promise} at ${v.place}: ${v.text}`;
