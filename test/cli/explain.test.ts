// `explain` by the binary: its parts, its exit status, Ctrl-C, and the same words again.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT, scoutsim, signalled } from "../support/cli.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const FILE = `scenarios/${LEAK}.json`;
const SMALL = ["--runs", "40", "--points", "3", "--samples", "2", "--lines", "5"];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const explain = (...args: readonly string[]) => scoutsim("explain", ...args);

describe.concurrent("explain", () => {
  it("tells the story, what it depends on, when it fails and when it was lost", async () => {
    const told = await explain(FILE, ...SMALL);
    expect([told.status, told.stderr]).toEqual([0, ""]);
    const parts = [
      /^promised: ISO1, nothing leaves after a forced unmount$/m,
      /^what it depends on: \d+ of 509 events/m,
      /^from when to when it fails, .* in 40 runs:$/m,
      /^ {2}\d+ were not looked at: raise --runs$/m,
      /^taken back and gone on by fresh chance, 2 times from each of 3 moments$/m,
      /^ {2}###$/m,
    ];
    for (const part of parts) expect(told.stdout).toMatch(part);
    expect(await explain(FILE, ...SMALL)).toEqual(told);
  });

  it("says so when nothing breaks any more", async () => {
    const artifact = JSON.parse(readFileSync(join(ROOT, FILE), "utf8"));
    const file = join(folder, "mended.json");
    writeFileSync(file, JSON.stringify({ ...artifact, plan: { ...artifact.plan, variants: [] } }));
    const { status, stdout } = await explain(file, ...SMALL);
    expect([status, stdout.includes("no promise is broken")]).toEqual([1, true]);
  });

  it("gives what it has at Ctrl-C", async () => {
    const long = ["--runs", "100000", "--points", "100", "--samples", "100000"];
    const when = { at: "what it depends on", signal: "SIGINT" } as const;
    const { status, stdout } = await signalled(["explain", FILE, ...long], when);
    expect(stdout).toMatch(/stopped: this is what was found by then\n$/);
    expect(status).toBe(0);
  });

  it.each([
    [["no.json"], "no.json: there is no such file"],
    [[FILE, "--runs", "0"], "--runs takes a whole number"],
    [[], "missing required argument"],
  ])("refuses %j in one line", async (args, says) => {
    const { status, stdout, stderr } = await explain(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
