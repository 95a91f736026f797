// The commands that go somewhere in a run, or into another course of it.

import type { Protocol } from "../../../src/core/index.ts";
import type { Arrival, Position, Stepper } from "../../explore/stepper/stepper.ts";
import { everyStep, type Stop } from "../../explore/stepper/stop.ts";
import { UserError } from "../../report/user-error.ts";
import type { Command } from "./commands.ts";
import { pendingText, present } from "./present.ts";
import type { Session } from "./session.ts";
import { searchStop, stopOf, timeOf } from "./ways.ts";

const MOST = 9_999_999;

export function countOf(words: readonly string[], fallback: number): number {
  const [text = String(fallback), ...more] = words;
  const n = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (n >= 1 && more.length === 0) return n;
  throw new UserError(`expected a number from 1 to ${MOST}, not "${words.join(" ")}"`);
}

export function nothing(words: readonly string[]): void {
  if (words.length > 0) throw new UserError(`expected nothing after it, not "${words.join(" ")}"`);
}

/** Goes, says how the way ended if not as meant, and where one is. */
function went(s: Session, go: (stepper: Stepper<Protocol>) => Arrival): string[] {
  s.stepper.mark();
  return [...saidOf(go(s.stepper)), ...present(s)];
}

function saidOf(arrival: Arrival): string[] {
  switch (arrival.is) {
    case "there":
      return [];
    case "start":
      return ["there is none from the start of the run to here"];
    case "end":
      return [arrival.why];
    case "limit":
      return [`gave up after ${arrival.events} events; the same again goes on from here`];
  }
}

/** Looks for something and stays where it was when there is none. */
function sought(s: Session, what: string, go: () => Arrival): string[] {
  const { at, step }: Position = s.stepper;
  s.stepper.mark();
  const arrival = go();
  if (arrival.is === "there") return present(s);
  s.stepper.goTo({ at, step });
  const why =
    arrival.is === "start" ? "from the start to here" : `from here on (${saidOf(arrival)[0]})`;
  return [`no ${what} ${why}`];
}

function bySteps(s: Session, steps: number, go: (stop: Stop<Protocol>) => Arrival): string[] {
  return went(s, () => {
    let arrival: Arrival = { is: "there" };
    for (let i = 0; i < steps && arrival.is === "there"; i++) arrival = go(everyStep);
    return arrival;
  });
}

function goBack(s: Session, words: readonly string[], rest: string): string[] {
  const [first = "1"] = words;
  if (/^\d+$/.test(first)) return went(s, (x) => x.back(countOf(words, 1)));
  if (first === "continue") return went(s, (x) => x.backward(breaksOf(s)));
  return sought(s, rest, () => s.stepper.backward(stopOf(s, words, "back")));
}

function breaksOf(s: Session): Stop<Protocol> {
  if (s.stepper.breakpoints.length > 0) return s.stepper.breaks;
  throw new UserError("there are no breakpoints; set one: break PROGRAM @ LABEL");
}

function goTo(s: Session, words: readonly string[], rest: string): string[] {
  const [what] = words;
  if (what === "start" && words.length === 1) return went(s, (x) => x.goTo({ at: 0, step: 0 }));
  if (what === "end" && words.length === 1) return went(s, (x) => x.forward(() => []));
  if (what === "time" && timeOf(s, words[1] ?? "") < s.world.now) return goBack(s, words, rest);
  if (what !== "event") return sought(s, rest, () => s.stepper.forward(stopOf(s, words, "on")));
  const seq = countOf(words.slice(1), 1);
  return went(s, (x) => x.goTo({ at: x.line.behindEvent(seq), step: 0 }));
}

function breakAt(s: Session, words: readonly string[], rest: string): string[] {
  const { breakpoints } = s.stepper;
  if (words[0] === "time") throw new UserError("every event after a time would stop: go to time T");
  if (words.length > 0) breakpoints.push({ text: rest, stop: stopOf(s, words, "on") });
  return breakpoints.map(({ text }, i) => `${i + 1}  ${text}`);
}

function remove(s: Session, words: readonly string[]): string[] {
  const { breakpoints } = s.stepper;
  const n = countOf(words, 0);
  if (n > breakpoints.length) throw new UserError(`there are ${breakpoints.length} breakpoints`);
  breakpoints.splice(n - 1, 1);
  return breakAt(s, [], "");
}

const MANY = 12;

function pendingLines(s: Session, words: readonly string[]): string[] {
  const most = countOf(words, MANY);
  const events = s.stepper.pending();
  s.ask("show pending");
  const lines = events.slice(0, most).map((e, i) => `${i + 1}  ${pendingText(s, e)}`);
  const more = events.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more; pending ${events.length} shows all`] : lines;
}

function choose(s: Session, words: readonly string[]): string[] {
  const n = countOf(words, 0);
  const events = s.stepper.pending();
  const event = events[n - 1];
  if (event === undefined) throw new UserError(`${events.length} events are pending, from 1 on`);
  const text = pendingText(s, event);
  return went(s, (x) => x.choose(event, text));
}

function forks(s: Session): string[] {
  const { lines, line } = s.stepper;
  return lines.map((one, i) => {
    const mark = one === line ? "*" : " ";
    const { fork } = one;
    if (fork === undefined) return `${mark} line ${i + 1}: the run as it was`;
    const from = lines.indexOf(fork.from) + 1;
    return `${mark} line ${i + 1}: left line ${from} behind move ${fork.at} by ${fork.text}`;
  });
}

function switchTo(s: Session, words: readonly string[]): string[] {
  const { lines } = s.stepper;
  const line = lines[countOf(words, 0) - 1];
  if (line === undefined) throw new UserError(`there are ${lines.length} lines, from 1 on`);
  s.stepper.mark();
  s.stepper.switchTo(line);
  return present(s);
}

function unfork(s: Session): string[] {
  s.stepper.mark();
  if (s.stepper.leave()) return present(s);
  throw new UserError("this is the run as it was: it left no other one");
}

const toText = (_s: Session, rest: string): string => {
  if (rest !== "") return rest;
  throw new UserError("expected a text, or /regular expression/");
};

const one = (
  [letter, name, takes, help]: readonly [string, string, string, string],
  run: Command["run"],
): Command => ({ name, letter, takes, help, run });

export const goingCommands: readonly Command[] = [
  one(["n", "next", "[N]", "N events on"], (s, w) => went(s, (x) => x.next(countOf(w, 1)))),
  one(["b", "back", "[N|WHERE|continue]", "N events back, or to the last WHERE"], goBack),
  one(["s", "step", "[N]", "to before the next step of a program"], (s, w) =>
    bySteps(s, countOf(w, 1), (stop) => s.stepper.forward(stop)),
  ),
  one(["u", "unstep", "[N]", "to before the last step"], (s, w) =>
    bySteps(s, countOf(w, 1), (stop) => s.stepper.backward(stop)),
  ),
  one(["t", "to", "WHERE|event N|start|end", "on to the next WHERE"], goTo),
  one(["k", "break", "[WHERE]", "stop there; without WHERE, the list"], breakAt),
  one(["d", "delete", "N", "forget a breakpoint"], remove),
  one(["c", "continue", "", "on to the next breakpoint"], (s, w) => {
    nothing(w);
    const stop = breaksOf(s);
    return went(s, (x) => x.forward(stop));
  }),
  one(["p", "pending", "[N]", "what may happen next"], pendingLines),
  one(["x", "choose", "N", "let that pending event come next: a fork"], choose),
  one(["f", "forks", "", "the courses of the run"], (s, w) => {
    nothing(w);
    return forks(s);
  }),
  one(["o", "origin", "", "back to where this course forked"], (s, w) => {
    nothing(w);
    return unfork(s);
  }),
  one(["g", "go", "N", "to another course, where one left it"], switchTo),
  one(["/", "find", "TEXT", "on to a record with that text"], (s, _w, rest) => {
    const stop = searchStop(toText(s, rest));
    return sought(s, `record with ${rest}`, () => s.stepper.forward(stop));
  }),
  one(["?", "rfind", "TEXT", "back to a record with that text"], (s, _w, rest) => {
    const stop = searchStop(toText(s, rest));
    return sought(s, `record with ${rest}`, () => s.stepper.backward(stop));
  }),
];
