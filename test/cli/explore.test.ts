// Searches on the command line: what each bound lets happen, and a counterexample that the other
// verbs take. And coverage by the clock.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND, type Finished, ROOT, run, scoutsim } from "../support/cli.ts";

const BUG = "farewell-reclaims-during-lock-recovery";
const PLAN = join(ROOT, "test/cluster/farewell-around.json");
const around = (...more: readonly string[]): Promise<Finished> => {
  const short = ["--for", "2", "--then", "1500", "--depth", "100"];
  return scoutsim("explore", PLAN, "--from", "server_greeting:4", ...short, ...more);
};

const folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
const file = join(folder, "found.json");
afterAll(() => rmSync(folder, { recursive: true }));

describe("what a search found", () => {
  let found: Finished;
  beforeAll(async () => {
    found = await around("--variant", BUG, "--out", file);
  });

  it("is kept, and replays to the same run", async () => {
    expect(found.stdout).toMatch(/\nbroken after \d+ events: reclaims rid /);
    expect(found.stdout.endsWith(`\nscoutsim replay ${file}\n`)).toBe(true);
    expect([found.status, found.stderr]).toEqual([1, ""]);
    const { status, stdout } = await scoutsim("replay", file, "--lines", "2");
    expect(stdout).toMatch(/\ncourse of \d+ turns that a search took behind event \d+\n/);
    expect(stdout).toMatch(/\nsame run\n$/);
    expect(status).toBe(1);
  });

  it("is explained, and stepped through to the same end", async () => {
    const explained = await scoutsim("explain", file);
    expect(explained.stdout).toContain("\nwhat it depends on: ");
    expect(explained.stdout).toContain("not asked of the way that a search took");
    const json = await scoutsim("explain", file, "--lines", "1", "--json");
    const told = JSON.parse(json.stdout);
    expect(told).toMatchObject({ intervals: null, rewound: null, stopped: false });
    expect([json.status, told.dependsOn.records.length]).toEqual([0, 1]);
    const [program, ...args] = [process.execPath, ...COMMAND, "step", file];
    const words = [program, ...args].map((word) => `'${word}'`).join(" ");
    const typed = "to end\\nhash\\nback 30\\nto end\\nhash\\nwrite x.scn\\n";
    const { stdout } = await run("/bin/sh", ["-c", `printf '${typed}' | ${words}`]);
    const { hash, events } = JSON.parse(readFileSync(file, "utf8")).expectation;
    expect(stdout.split(`\n${hash} after ${events} events\n`)).toHaveLength(3);
    expect(stdout).toContain("error: no scenario can go the way that a search took");
  });

  it.each([
    ["with another model", ["replay", file, "--without-variants"], "the course ends after event"],
    ["near it", ["compare", "--variant", BUG, "--artifact", file], "has no runs near it"],
    ["smaller", ["minimise", file, "--out", file], "is a shortest one already"],
  ])("cannot be had %s", async (_what, args, message) => {
    const { status, stderr } = await scoutsim(...args);
    expect(stderr).toContain(message);
    expect([status, stderr.split("\n").length]).toEqual([2, 2]);
  });

  it("is refused when its course is broken", async () => {
    writeFileSync(file, readFileSync(file, "utf8").replace('"untilUs"', '"until"'));
    const { status, stderr } = await scoutsim("replay", file);
    expect(stderr).toContain("course.");
    expect(status).toBe(2);
  });
});

/** How many worlds there are within the bounds. */
const worldsIn = ({ stdout }: Finished): number => Number(/^(\d+) worlds?,/m.exec(stdout)?.[1]);

describe("a search with more that may happen", () => {
  const short = ["--for", "1", "--window", "100", "--then", "200", "--depth", "6"];

  it.each([
    ["losses", "server_greeting:4", ["--losses", "1"], "datagram loss 1, stream loss 1"],
    ["preemptions", "server_greeting:4", ["--preemptions", "1"], "preempt 1"],
    ["people", "mounted:3", ["--people", "3000"], "at any moment of the next 3000000 us"],
  ])("%s: says so, and sees more worlds", async (_what, from, flags, said) => {
    const search = (...more: readonly string[]) =>
      scoutsim("explore", PLAN, "--from", from, ...short, ...more);
    const plain = await search();
    const more = await search(...flags);
    expect([plain.status, more.status, more.stderr]).toEqual([0, 0, ""]);
    expect(plain.stdout).not.toContain(said);
    expect(more.stdout).toContain(said);
    expect(worldsIn(more)).toBeGreaterThan(worldsIn(plain));
  });
});

describe("coverage", () => {
  it("counts for so many seconds", async () => {
    const begin = Date.now();
    const { status, stdout, stderr } = await scoutsim("coverage", "--seconds", "1");
    expect(Date.now() - begin).toBeGreaterThanOrEqual(1000);
    expect(Number(/(\d+) runs/.exec(stdout)?.[1])).toBeGreaterThan(0);
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("tells a script the same", async () => {
    const flags = ["coverage", "--runs", "3", "--seed", "few", "--variant", "mended"];
    const { status, stdout, stderr } = await scoutsim(...flags, "--json");
    expect([status, stderr]).toEqual([0, ""]);
    const { reached, asked, labels, notes, pairs, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ seed: "few", variants: ["mended"], runs: 3 });
    const all: { name: string; runs: number; reason: string | null }[] = [];
    all.push(...labels, ...notes, ...pairs);
    const never = all.filter(({ runs }) => runs === 0);
    const why = ({ name, reason }: (typeof all)[number]) =>
      `  never    ${name}${reason === null ? "" : `: ${reason}`}`;

    const lines = (await scoutsim(...flags)).stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(new RegExp(`^3 runs reached .*: ${reached} of ${asked}$`));
    expect(lines.filter((l) => l.startsWith("  never ")).sort()).toEqual(never.map(why).sort());
    const counted = lines.filter((l) => /^ {5,}\d+ {2}/.test(l));
    const some = all.filter(({ runs }) => runs > 0);
    expect(counted).toEqual(some.map(({ name, runs }) => `${String(runs).padStart(7)}  ${name}`));
  });

  it.each([[[]], [["--json"]]])("refuses a time that is none %j", async (more) => {
    const { status, stdout, stderr } = await scoutsim("coverage", "--seconds", "soon", ...more);
    expect(stderr).toContain("--seconds takes a whole number from 1");
    expect([status, stdout, stderr.split("\n").length]).toEqual([2, "", 2]);
  });
});
