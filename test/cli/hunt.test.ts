// Hunts on the command line: the same however many workers and machines share the seeds.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, scoutsim, signalled } from "../support/cli.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
/** Of nine runs eight fail, in four ways: two are seen once, the others in several shards. */
const HUNT = ["hunt", "--variant", LEAK, "--runs", "9", "--seed", "share28", "--no-minimise"];

let folder = "";
const at = (name: string): string => join(folder, name);
const filesIn = (name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(at(name))
      .sort()
      .map((file) => [file, readFileSync(join(at(name), file), "utf8")]),
  );

const MINUTES_MS = 180_000;
let one: Finished;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
  one = await scoutsim(...HUNT, "--workers", "1", "--out", at("one"));
}, MINUTES_MS);
afterAll(() => rmSync(folder, { recursive: true }));

describe("a hunt", () => {
  it(
    "finds the same with two workers, down to the bytes of its files",
    async () => {
      const two = await scoutsim(...HUNT, "--workers", "2", "--out", at("two"));
      expect(two.stdout.replaceAll(at("two"), at("one"))).toBe(one.stdout);
      expect([two.status, two.stderr]).toEqual([1, ""]);
      expect(filesIn("two")).toEqual(filesIn("one"));
      expect(Object.keys(filesIn("one")).length).toBeGreaterThan(1);
    },
    MINUTES_MS,
  );

  it(
    "comes to the same when shards of it are joined, and tells a script what it keeps of each",
    async () => {
      for (const i of [1, 2, 3]) {
        const part = ["--shard", `${i}/3`, "--out", at(`part${i}`), "--json"];
        const json = await scoutsim(...HUNT, ...part);
        expect([json.status, json.stderr]).toEqual([1, ""]);
        expect(json.stdout).toBe(filesIn(`part${i}`)["hunt.json"]);
      }
      const parts = [3, 1, 2].map((i) => at(`part${i}`));
      const joined = await scoutsim("merge", ...parts, "--out", at("joined"));
      expect(joined.status).toBe(1);
      expect(joined.stdout.split("\n")[0]).toBe(one.stdout.split("\n")[0]);
      expect(filesIn("joined")).toEqual(filesIn("one"));
      const part = await scoutsim("merge", ...parts.slice(1));
      expect(part.stdout).toContain("\nnot among them: shard 3/3\n");
      const twice = await scoutsim("merge", at("part1"), at("part1"));
      expect(twice.stderr).toBe(`${at("part1")}: shard 1/3 is there twice\n`);
      expect(twice.status).toBe(2);
    },
    MINUTES_MS,
  );
});

describe("the five, told to stop", () => {
  it("say so of those that were not found by then", async () => {
    const when = { at: "\nbug ", signal: "SIGTERM" } as const;
    const args = ["five", "--seed", "stop", "--workers", "2"];
    const { status, stdout } = await signalled(args, when);
    expect(stdout).toMatch(/\n {2}not found in \d+ runs; it was stopped\n/);
    expect(stdout).not.toContain("give it longer");
    expect(stdout).toContain(
      "\nstopped: 0 of 5 found. The same again: scoutsim five --seed stop\n",
    );
    expect(status).toBe(1);
  });
});
