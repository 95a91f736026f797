// Same plan, same hash: in this process, in a fresh one, through clones, and on every supported
// version of Node (the golden hashes are checked in).

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { seeded } from "../../sim/engine/chooser.ts";
import { guarded } from "../../sim/engine/guards.ts";
import { firstDifference } from "../../sim/explore/twin.ts";
import { leaseWorld } from "../protocols/leases.ts";
import { goldenRuns, hashOf } from "./golden-runs.ts";

const GOLDEN = new URL("./golden-hashes.json", import.meta.url);

describe("a run", () => {
  test("has the golden hash", () => {
    const hashes = Object.fromEntries(goldenRuns.map((name) => [name, hashOf(name)]));
    if (process.env.GOLDEN === "1") {
      writeFileSync(GOLDEN, `${JSON.stringify(hashes, null, 2)}\n`);
    }
    expect(hashes).toEqual(JSON.parse(readFileSync(GOLDEN, "utf8")));
  });

  test("has the same hash in a fresh process", () => {
    const script = new URL("./golden-runs.ts", import.meta.url).pathname;
    const out = execFileSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(JSON.parse(readFileSync(GOLDEN, "utf8")));
  });

  test.each(goldenRuns)("goes on in a clone every 50 events to the same hash: %s", (name) => {
    expect(hashOf(name, 50)).toBe(hashOf(name));
  });

  test("goes on alike in the clone and in its original", () => {
    const w = leaseWorld({ clients: 4, keys: 2, seed: "both" });
    w.runFor(20_000);
    const copy = w.clone();
    w.runFor(20_000);
    expect(copy.hash).not.toBe(w.hash);
    copy.runFor(20_000);
    expect(copy.hash).toBe(w.hash);
    expect(copy.fingerprint()).toBe(w.fingerprint());
  });

  test("of another seed has another hash", () => {
    const hashes = ["1", "2", "3", "4"].map((seed) => {
      const w = leaseWorld({ clients: 4, keys: 2, seed });
      w.runFor(20_000);
      return w.hash;
    });
    expect(new Set(hashes).size).toBe(4);
  });
});

describe("two runs of one plan", () => {
  const make = () => leaseWorld({ clients: 4, keys: 2, seed: "twin" });

  test("do not differ", () => {
    expect(firstDifference(make(), make(), 20_000)).toBeUndefined();
  });

  test("that differ are told apart at the first event that does, with both sides", () => {
    const other = make();
    other.chooser = seeded("another");
    const d = firstDifference(make(), other, 20_000);
    expect(d?.seq).toBeGreaterThan(0);
    expect(d?.text).toMatch(/^event \d+ differs: first run: .* us on mount .*; second run: /);
  });

  test("are told apart when only what a step does differs", () => {
    const other = make();
    other.runUntil((w) => w.seq === 499);
    const first = make();
    first.runUntil((w) => w.seq === 499);
    other.record(1, "note", { text: "something else happened" });
    expect(firstDifference(first, other, 10)?.seq).toBe(500);
  });
});

describe("the guards", () => {
  const cases: [string, () => unknown][] = [
    ["Date.now", () => Date.now()],
    ["Date", () => new Date()],
    ["process.hrtime", () => process.hrtime()],
    ["Math.random", () => Math.random()],
    ["performance.now", () => performance.now()],
    ["setTimeout", () => setTimeout(() => undefined, 1)],
    ["queueMicrotask", () => queueMicrotask(() => undefined)],
    ["crypto.randomUUID", () => crypto.randomUUID()],
  ];
  test.each(cases)("make %s throw while a world steps, and give it back after", (name, call) => {
    expect(() => guarded(call)).toThrow(`${name} was called while a world steps`);
    expect(call).not.toThrow();
  });

  test("let a world run", () => {
    const w = leaseWorld({ clients: 2, keys: 1, seed: "guarded" });
    guarded(() => w.runFor(10_000));
    expect(w.seq).toBeGreaterThan(50);
  });
});
