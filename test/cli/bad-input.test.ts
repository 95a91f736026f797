// Bad input ends with status 2 and one line on stderr that names the place and a remedy; a reader
// that goes away is no error at all.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND, ROOT, scoutsim } from "../support/cli.ts";

const KEPT = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const KEPT_SCN = "scenarios/farewell-final-majority.scn";
let folder = "";
const files: Readonly<Record<string, string>> = {
  "no-why.scn": "echo a\n----\na\n",
  "open-quote.scn": '# Why.\n\necho "a\n----\n',
  "unknown.scn": "# Why.\n\nfrobnicate\n----\n",
};
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(at(name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("bad input", () => {
  it.each<[string, () => string[], string]>([
    ["no verb", () => [], "scoutsim: expected a verb: run, hunt, merge, "],
    ["an unknown verb", () => ["frobnicate"], "scoutsim: unknown command 'frobnicate'; see "],
    ["an unknown flag", () => ["--frob"], "scoutsim: unknown option '--frob'; see "],
    [
      "a misspelt flag of a verb",
      () => ["run", "--goldn", "x"],
      "scoutsim: unknown option '--goldn' (Did you mean --golden?); see scoutsim run --help",
    ],
    ["no file", () => ["run"], "scoutsim: missing required argument 'file'; see scoutsim run"],
    ["too many arguments", () => ["bugs", "x"], "scoutsim: too many arguments for 'bugs'"],
    ["a missing file", () => ["run", at("none.scn")], "none.scn: there is no such file; check"],
    ["a folder", () => ["run", folder], ": this is a folder; name the files in it"],
    ["no why", () => ["run", at("no-why.scn")], "no-why.scn:1:1: expected a comment"],
    ["a malformed line", () => ["run", at("open-quote.scn")], "open-quote.scn:3:6: this quote"],
    [
      "an unknown command",
      () => ["run", at("unknown.scn")],
      'unknown.scn:3:1: unknown command "frobnicate"; commands are ',
    ],
    [
      "an unknown command, to rewrite",
      () => ["run", "--golden", at("unknown.scn")],
      'unknown.scn:3:1: unknown command "frobnicate"; commands are ',
    ],
    ["a count that is none", () => ["hunt", "--runs", "x"], "--runs takes a whole number from 1"],
    [
      "a count below none",
      () => ["corpus", "--small", "-1"],
      "--small takes a whole number from 0",
    ],
    ["an unknown variant", () => ["hunt", "--variant", "x"], 'unknown variant "x"; variants are '],
    ["an empty seed", () => ["hunt", "--seed", ""], "scoutsim: --seed is empty; give it a value"],
    ["an empty name", () => ["replay", ""], "scoutsim: artifact or seed is empty; give it a value"],
    ["an endless name", () => ["replay", `${"x".repeat(5000)}/`], "this name is longer than a"],
    ["a file as a folder", () => ["new", "scenario", "x", "--dir", "/dev/null"], "name a folder"],
    ["a scenario to explain", () => ["explain", KEPT_SCN], ".scn: is a scenario: give it to scout"],
    ["a failure as a capture", () => ["check-trace", KEPT], ".json: is a kept failure and no capt"],
    ["an unknown kind", () => ["trace", KEPT, "--kinds", "x"], 'is of the kind "x"; there are ac'],
    ["no seed", () => ["replay"], "scoutsim: missing required argument 'artifact|seed'"],
  ])("%s", async (_what, args, message) => {
    const { status, stdout, stderr } = await scoutsim(...args());
    expect(stderr).toContain(message);
    expect(stderr.split("\n")).toHaveLength(2);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+\)?$/m);
    expect(stdout).toBe("");
    expect(status).toBe(2);
  });

  it("leaves the file as it was", async () => {
    await scoutsim("run", "--golden", at("unknown.scn"));
    expect(readFileSync(at("unknown.scn"), "utf8")).toBe(files["unknown.scn"]);
  });
});

describe.concurrent("not bad input", () => {
  it.each([["--help"], ["run --help"], ["bugs --help"]])("%s shows an example", async (args) => {
    const { status, stdout, stderr } = await scoutsim(...args.split(" "));
    expect(stdout).toContain("\nExample:\n  scoutsim ");
    expect([status, stderr]).toEqual([0, ""]);
  });

  it("the example of run names a scenario that is there", async () => {
    const { stdout } = await scoutsim("run", "--help");
    const [, file = ""] = /Example:\n {2}scoutsim run (\S+)/.exec(stdout) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
  });

  it("--version says the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}/package.json`, "utf8"));
    expect(await scoutsim("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("a closed pipe ends quietly", async () => {
    const child = spawn(process.execPath, [...COMMAND, "bugs"], { cwd: ROOT });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (chunk) => {
      stderr += String(chunk);
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect([status, stderr]).toEqual([0, ""]);
  });
});
