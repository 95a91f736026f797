// Two-phase commit is searched exhaustively, and the number of its states must equal that of the
// plain enumerator below, which knows nothing of the machine: it is written from the protocol.

import process from "node:process";
import { describe, expect, test } from "vitest";
import { follow, search } from "../../sim/explore/exhaustive.ts";
import { disagreement, twoPhaseWorld, unguarded } from "../protocols/two-phase-commit.ts";

// A state is a string: the decision, then for each manager four letters.
//   vote:      y prepared, n refused
//   its vote:  f in flight, r read by the coordinator
//   decision:  - none sent, f in flight, a arrived
//   its phase: p prepared, a aborted, c committed
const FIELDS = 4;
type Decision = "-" | "c" | "a";

const at = (s: string, manager: number): string =>
  s.slice(1 + manager * FIELDS, 1 + (manager + 1) * FIELDS);
const set = (s: string, manager: number, fields: string): string =>
  s.slice(0, 1 + manager * FIELDS) + fields + s.slice(1 + (manager + 1) * FIELDS);

/** The coordinator reads a vote; once it has decided, a vote changes nothing. */
function vote(s: string, n: number, manager: number, guard: boolean): string {
  const f = at(s, manager);
  const read = set(s, manager, `${f[0]}r${f.slice(2)}`);
  if (s[0] !== "-") return read;
  let prepared = 0;
  for (let m = 0; m < n; m++) if (at(read, m).startsWith("yr")) prepared++;
  const enough = guard ? prepared === n : prepared > 0;
  if (f[0] === "y" && !enough) return read;
  const decision: Decision = f[0] === "n" ? "a" : "c";
  let decided = decision + read.slice(1);
  for (let m = 0; m < n; m++) {
    const g = at(decided, m);
    decided = set(decided, m, `${g[0]}${g[1]}f${g[3]}`);
  }
  return decided;
}

function successors(s: string, n: number, guard: boolean): string[] {
  const next: string[] = [];
  for (let m = 0; m < n; m++) {
    const f = at(s, m);
    if (f[1] === "f") next.push(vote(s, n, m, guard));
    if (f[2] === "f") {
      const phase = f[0] === "n" ? "a" : s[0] === "c" ? "c" : "a";
      next.push(set(s, m, `${f[0]}${f[1]}a${phase}`));
    }
  }
  return next;
}

const phases = (s: string, n: number): string[] =>
  Array.from({ length: n }, (_, m) => at(s, m)[3] ?? "");

/** Breadth first by hand: states, and the number of moves to the first disagreement. */
function enumerate(n: number, guard: boolean): { states: number; disagreesAt: number | undefined } {
  const seen = new Set<string>(["before anybody has started"]);
  let level: string[] = [];
  for (let votes = 0; votes < 2 ** n; votes++) {
    let s = "-";
    for (let m = 0; m < n; m++) s += (votes >> m) & 1 ? "nf-a" : "yf-p";
    seen.add(s);
    level.push(s);
  }
  for (let moves = 1; level.length > 0; moves++) {
    const below: string[] = [];
    for (const s of level) {
      const all = phases(s, n);
      if (all.includes("c") && all.includes("a")) return { states: seen.size, disagreesAt: moves };
      for (const t of successors(s, n, guard)) {
        if (seen.has(t)) continue;
        seen.add(t);
        below.push(t);
      }
    }
    level = below;
  }
  return { states: seen.size, disagreesAt: undefined };
}

const bounds = { states: 3_000_000, depth: 1000 };

describe("two-phase commit, searched exhaustively", () => {
  // Six managers take longer than all else here together: only in the long form.
  test.each(process.env.SIM_RUNS === undefined ? [3, 4, 5] : [3, 4, 5, 6])(
    "has as many states as the plain enumerator counts, N = %i",
    (n) => {
      const result = search(twoPhaseWorld(n), { ...bounds, check: disagreement });
      expect(result.complete).toBe(true);
      expect(result.states).toBe(enumerate(n, true).states);
    },
  );

  test("without its guard the counterexample is as short as any", () => {
    const from = twoPhaseWorld(3, unguarded);
    const result = search(from, { ...bounds, check: disagreement });
    expect(result.complete).toBe(false);
    expect(result.counterexample?.path.length).toBe(enumerate(3, false).disagreesAt);
    const again = follow(from, result.counterexample?.path ?? []);
    expect(disagreement(again)).toBe("one manager committed and another aborted");
  });

  test("a search that a bound cuts says so and does not claim to be complete", () => {
    const few = search(twoPhaseWorld(3), { states: 50, depth: 1000, check: disagreement });
    expect(few.complete).toBe(false);
    expect(few.cutBy).toBe("the bound of 50 states");
    const shallow = search(twoPhaseWorld(3), { states: 100_000, depth: 3, check: disagreement });
    expect(shallow.complete).toBe(false);
    expect(shallow.cutBy).toBe("the depth of 3 events");
  });
});
