// Wherever one goes in a run and however often, the same place is the same world; every place
// can be looked for from both sides; another choice is another course, and the one that was left
// stays.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stepper } from "../../../../sim/explore/stepper/stepper.ts";
import {
  atLabel,
  atViolation,
  BEHIND,
  everyStep,
  ofKind,
  ofMount,
  type Stop,
} from "../../../../sim/explore/stepper/stop.ts";
import { type Op, type Script, scriptWorld } from "../../../support/script.ts";

const sleeper = (n: number): Op[] => [
  { op: "log", text: `${n} begins` },
  { op: "sleep", us: 7 + n },
  { op: "create", queue: `q${n}`, maxActive: 1 },
  { op: "queue", queue: `q${n}`, job: 3 },
  { op: "sleep", us: 11 },
  { op: "set", flag: `f${n}` },
  { op: "wake" },
];
const jobs: readonly (readonly Op[])[] = [
  [...sleeper(0), { op: "wait", flag: "f1" }, { op: "log", text: "met" }],
  [...sleeper(1), { op: "wait", flag: "f0" }],
  sleeper(2),
  [{ op: "log", text: "work" }],
];
const scheduling = { start: { min: 5, max: 60 }, preemptWithin: 3 };

/** Breaks its promise when a task is at its fourth step. */
const picky = {
  promise: "PICKY",
  wants: ["step"],
  start: () => ({ steps: 0 }),
  on(_e: unknown, s: { steps: number }, v: { violate(place: string, text: string): void }) {
    if (++s.steps === 12) v.violate("here", "twelve steps");
  },
};
const world = () => scriptWorld(jobs, [0, 1, 2], { scheduling, monitors: [picky] });
const stepper = (every = 4) => new Stepper<Script>({ start: world(), every });

/** What the run comes to without anybody looking. */
function plainHashes(): string[] {
  const w = world();
  const hashes = [w.hash];
  while (w.step()) hashes.push(w.hash);
  return hashes;
}

type Act = { readonly do: string; readonly n: number };
const act: fc.Arbitrary<Act> = fc.record({
  do: fc.constantFrom("next", "back", "step", "unstep", "choose", "origin", "go", "kind", "event"),
  n: fc.nat(9),
});

function perform(s: Stepper<Script>, { do: what, n }: Act): void {
  const pending = s.pending();
  const event = pending[n % Math.max(1, pending.length)];
  const line = s.lines[n % s.lines.length];
  if (what === "next") s.next(n + 1);
  else if (what === "back") s.back(n + 1);
  else if (what === "step") s.forward(everyStep);
  else if (what === "unstep") s.backward(everyStep);
  else if (what === "choose" && event !== undefined) s.choose(event, "test");
  else if (what === "origin") s.leave();
  else if (what === "go" && line !== undefined) s.switchTo(line);
  else if (what === "kind") s.backward(ofKind("work"));
  else if (what === "event") s.goTo({ at: s.line.behindEvent(n * 3), step: 0 });
}

describe("going forward and back", () => {
  it("shows one world at one place, whatever the way there", () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (acts, every) => {
          const s = stepper(every);
          const seen = new Map<string, string>();
          for (const one of acts) {
            perform(s, one);
            const place = `${s.lines.indexOf(s.line)} ${s.at} ${s.step}`;
            const is = `${s.world.hash} ${s.world.fingerprint()} ${s.world.now}`;
            expect(seen.get(place) ?? is).toBe(is);
            seen.set(place, is);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes the course of the run that nobody looks at", () => {
    const hashes = plainHashes();
    const s = stepper();
    for (let at = 1; at < hashes.length; at++) {
      s.next(1);
      const isIn = s.forward(everyStep).is === "there";
      s.back(s.at - at + (isIn ? 1 : 0));
      expect([s.at, s.world.hash]).toEqual([at, hashes[at]]);
    }
    expect(s.next(1)).toEqual({ is: "end", why: "nothing is pending any more" });
    expect(s.at).toBe(hashes.length - 1);
  });

  it("keeps snapshots of a long run apart, and still goes everywhere", () => {
    const long = Array.from({ length: 200 }, (): Op => ({ op: "sleep", us: 5 }));
    const s = new Stepper<Script>({ start: scriptWorld([long]), every: 1 });
    s.forward(() => []);
    const end = s.at;
    const { hash } = s.world;
    expect(end).toBeGreaterThan(300);
    s.back(end - 7);
    expect(s.at).toBe(7);
    s.next(end - 7);
    expect(s.world.hash).toBe(hash);
  });

  it("stops at the start", () => {
    const s = stepper();
    s.next(2);
    expect(s.back(5)).toEqual({ is: "end", why: "this is the start of the run" });
    expect([s.at, s.moment]).toEqual([0, undefined]);
  });
});

describe("steps", () => {
  it("stop before a program runs on, and the world is as it is then", () => {
    const s = stepper();
    s.forward(everyStep);
    const log = () => s.world.peekMount(0).state.log.length;
    expect([s.step, log(), s.moment?.ahead?.kind]).toEqual([1, 0, "step"]);
    s.forward(everyStep);
    expect(log()).toBe(1);
    s.backward(everyStep);
    expect([s.step, log()]).toEqual([1, 0]);
  });

  it("of an event that is under way, the rest is one event", () => {
    const s = stepper();
    const [, first] = plainHashes();
    s.forward(everyStep);
    s.next(1);
    expect([s.at, s.step, s.world.hash]).toEqual([1, 0, first]);
    s.forward(everyStep);
    const { at } = s;
    s.back(1);
    expect([s.at, s.step, s.world.hash]).toEqual([at, 0, plainHashes()[at]]);
  });
});

/** All places at which it stops, going on or back. */
function places(stop: Stop<Script>, way: "forward" | "backward"): string[] {
  const s = stepper(3);
  if (way === "backward") s.forward(() => []);
  const found: string[] = [];
  while (s[way](stop).is === "there") found.push(`${s.at}.${s.step}`);
  return found;
}

describe("stops", () => {
  it.each<[string, Stop<Script>, number]>([
    ["a label", atLabel("job", "told"), 6],
    ["a kind", ofKind("work"), 2],
    ["a mount", ofMount(0), 10],
    ["a violation", atViolation("PICKY"), 1],
    ["any step", everyStep, 20],
  ])("finds the same places of %s forward and back", (_what, stop, least) => {
    const on = places(stop, "forward");
    expect(on.length).toBeGreaterThanOrEqual(least);
    const last = `${plainHashes().length - 1}.0`;
    expect(places(stop, "backward")).toEqual(on.filter((p) => p !== last).toReversed());
  });

  it("finds no other promise, and stays where it was going back", () => {
    const s = stepper();
    expect(s.forward(atViolation("OTHER")).is).toBe("end");
    const { at } = s;
    expect(s.backward(atViolation("OTHER"))).toEqual({ is: "start" });
    expect(s.at).toBe(at);
    expect(s.world.violations.length).toBe(1);
  });

  it("stops at the nearest of several breakpoints", () => {
    const s = stepper();
    s.breakpoints.push({ text: "work", stop: ofKind("work") });
    s.breakpoints.push({ text: "told", stop: atLabel("job", "told") });
    s.forward(s.breaks);
    const first = `${s.at}.${s.step}`;
    const both = [
      ...places(ofKind("work"), "forward"),
      ...places(atLabel("job", "told"), "forward"),
    ];
    expect(both).toContain(first);
    s.goTo({ at: 0, step: 0 });
    expect(both.every((p) => Number(p.split(".")[0]) >= Number(first.split(".")[0]))).toBe(true);
  });

  it("gives up after a while, and says after how much", () => {
    const s = new Stepper<Script>({ start: world(), most: 5 });
    expect(s.forward(atViolation("OTHER"))).toEqual({ is: "limit", events: 5 });
    expect(s.at).toBe(5);
  });
});

describe("another choice", () => {
  it("is a course of its own with a history of its own", () => {
    const s = stepper();
    s.next(3);
    const { hash } = s.world;
    const other = s.pending()[1];
    if (other === undefined) throw new Error("expected two pending events");
    s.choose(other, "the second");
    expect(s.lines.length).toBe(2);
    const forked = s.world.hash;
    expect(forked).not.toBe(plainHashes()[4]);
    expect(s.moment?.entries[0]?.data).toEqual({ who: other.who, body: other.body });
    s.next(5);
    s.back(6);
    expect(s.world.hash).toBe(hash);
    s.next(1);
    expect(s.world.hash).toBe(forked);
    expect(s.leave()).toBe(true);
    expect([s.at, s.world.hash]).toEqual([3, hash]);
    s.next(1);
    expect(s.world.hash).toBe(plainHashes()[4]);
    expect(s.leave()).toBe(false);
    s.switchTo(s.lines[1] as typeof s.line);
    expect(s.world.hash).toBe(forked);
  });

  it("is the same course when one has been further on before", () => {
    const forked = (further: boolean): string => {
      const s = stepper();
      s.next(further ? 12 : 3);
      s.goTo({ at: 3, step: 0 });
      s.choose(s.pending()[1] as never, "the second");
      s.next(6);
      s.back(1);
      return s.world.hash;
    };
    expect(forked(true)).toBe(forked(false));
  });

  it("is none when it is what comes next anyway", () => {
    const s = stepper();
    const [first] = s.pending();
    if (first === undefined) throw new Error("expected a pending event");
    s.choose(first, "the first");
    expect([s.lines.length, s.world.hash]).toEqual([1, plainHashes()[1]]);
  });
});

describe("what is done from outside", () => {
  /** After three events somebody sets a flag; the run is known up to five events later. */
  function withInput(): Stepper<Script> {
    const w = world();
    const start = w.clone();
    for (let i = 0; i < 3; i++) w.step();
    w.mount(0).state.flags.add("outside");
    const flag = { events: 3, text: "set a flag", world: w.clone() };
    for (let i = 0; i < 5; i++) w.step();
    const end = { events: 8, text: "over", world: w.clone(), isEnd: true } as const;
    return new Stepper<Script>({ start, inputs: [flag, end], every: 2 });
  }

  it("is a move like an event", () => {
    const s = withInput();
    const has = () => s.world.peekMount(0).state.flags.has("outside");
    s.next(3);
    expect(has()).toBe(false);
    s.next(1);
    expect([s.moment?.input?.text, has(), s.world.seq]).toEqual(["set a flag", true, 3]);
    s.back(1);
    expect(has()).toBe(false);
    expect(s.forward(() => [])).toEqual({ is: "end", why: "over" });
    expect([s.at, s.world.seq]).toEqual([10, 8]);
    s.goTo({ at: s.line.behindEvent(4), step: 0 });
    expect([s.at, s.world.seq, has()]).toEqual([5, 4, true]);
  });

  it("is left behind by a fork before it, which knows when the other was over", () => {
    const s = withInput();
    s.next(2);
    const other = s.pending()[1];
    if (other === undefined) throw new Error("expected two pending events");
    s.choose(other, "earlier");
    const arrival = s.forward(() => []);
    expect(arrival).toEqual({ is: "end", why: "the run that this one left was over by now" });
    expect(s.world.peekMount(0).state.flags.has("outside")).toBe(false);
  });

  it("stops one behind the last event", () => {
    const s = withInput();
    s.forward((m) => (m.world.seq === 8 ? [BEHIND] : []));
    expect(s.next(3)).toEqual({ is: "end", why: "over" });
  });
});

it("collects the records of the last moves", () => {
  const s = stepper();
  s.next(6);
  const kinds = s.records(2).map((e) => e.seq);
  expect(new Set(kinds)).toEqual(new Set([5, 6]));
  s.forward(everyStep);
  expect(s.records(1).at(-1)?.seq).toBeGreaterThan(6);
});
