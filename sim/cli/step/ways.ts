// Where a person wants to go, in words: `mount m0`, `kind fence.start`, `PROGRAM @ LABEL`,
// `violation LCK1`, `time 12.5s`.

import type { Protocol } from "../../../src/core/index.ts";
import type { AnyWorld } from "../../cluster/world/any-world.ts";
import {
  atLabel,
  atViolation,
  BEHIND,
  ofKind,
  ofMount,
  type Stop,
} from "../../explore/stepper/stop.ts";
import { describeEntry } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import type { Session } from "./session.ts";

type AnyStop = Stop<Protocol>;
type Direction = "on" | "back";

export const WAYS = "mount NAME, kind KIND, PROGRAM @ LABEL, violation [PROMISE] or time 12.5s";

export function stopOf(s: Session, words: readonly string[], to: Direction): AnyStop {
  const [what = "", name = ""] = words;
  if (words.includes("@")) return labelStop(s, what === "label" ? words.slice(1) : words);
  if (what === "violation" && words.length <= 2) return atViolation(words[1]);
  if (words.length === 2) {
    if (what === "mount") return ofMount(s.mount(name));
    if (what === "kind") return ofKind(name);
    if (what === "time") return timeStop(timeOf(s, name), to);
  }
  throw new UserError(`expected ${WAYS}`);
}

function labelStop(s: Session, words: readonly string[]): AnyStop {
  const [program = "", at, label = ""] = words;
  const known = s.world.tables.programs.get(program);
  if (at !== "@" || words.length !== 3) throw new UserError("write a label as PROGRAM @ LABEL");
  if (known === undefined) throw new UserError(`no program is called "${program}"`);
  if (known.steps[label] !== undefined) return atLabel(program, label);
  const labels = Object.keys(known.steps).join(", ");
  throw new UserError(`${program} has no label "${label}"; its labels are ${labels}`);
}

/** On: the first event at that time or later. Back: the last one that is not later. */
const timeStop =
  (us: number, to: Direction): AnyStop =>
  ({ world: { now } }) =>
    (to === "on" ? now >= us : now <= us) ? [BEHIND] : [];

const UNITS: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000 };

/** `12.5s`, `250ms`, or from now: `+10ms`. */
export function timeOf(s: Session, text: string): number {
  const [, plus, digits, unit = ""] = /^(\+?)(\d+(?:\.\d+)?)(us|ms|s)$/.exec(text) ?? [];
  const us = Math.round(Number(digits) * (UNITS[unit] ?? 0));
  if (digits === undefined || !Number.isSafeInteger(us)) {
    throw new UserError(`a time is like 12.5s, 250ms or +10us, not "${text}"`);
  }
  return plus === "+" ? s.world.now + us : us;
}

/** A text, or `/regular expression/`, in a record: the name of its mount, kind and fields. */
export function searchStop(text: string): AnyStop {
  const isIt = testOf(text);
  const nameIn = (w: AnyWorld, mount: number) => (mount < 0 ? "-" : w.peekMount(mount).name);
  return ({ entries, world }) =>
    entries.some((e) => isIt(`${nameIn(world, e.mount)} ${describeEntry(e)}`)) ? [BEHIND] : [];
}

function testOf(text: string): (line: string) => boolean {
  const [, source] = /^\/(.+)\/$/.exec(text) ?? [];
  if (source === undefined) return (line) => line.includes(text);
  try {
    const pattern = new RegExp(source, "u");
    return (line) => pattern.test(line);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UserError(`not a regular expression: ${why}`);
  }
}
