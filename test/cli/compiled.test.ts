// The command line compiled ahead is never stale, says where an error is in the sources, and when
// nothing can be kept, tsx runs it.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, ROOT, run } from "../support/cli.ts";

let top = "";
const at = (...names: string[]): string => join(top, ...names);
const cache = (): string => at("node_modules", ".cache", "scoutsim");
const cached = (): string[] => readdirSync(cache());
const scoutsim = (...args: string[]): Promise<Finished> =>
  run(process.execPath, [at("bin/scoutsim.mjs"), ...args]);

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "scoutsim-"));
  // What is installed by npm, and no more than that.
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  for (const name of ["package.json", ...files]) {
    cpSync(join(ROOT, name), at(name), { recursive: true });
  }
  mkdirSync(at("node_modules"));
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (name.startsWith(".")) continue;
    symlinkSync(join(ROOT, "node_modules", name), at("node_modules", name));
  }
});
afterAll(() => rmSync(top, { recursive: true }));

const FLAGS = "sim/cli/flags.ts";
const REPLAY = "sim/cli/replay.ts";

function change(file: string, from: string, to: string): void {
  const text = readFileSync(at(file), "utf8");
  expect(text).toContain(from);
  writeFileSync(at(file), text.replace(from, to));
}

describe("the command line", () => {
  it("is compiled once, and again as soon as a source is another one", async () => {
    expect((await scoutsim("--help")).stdout).toContain("Example:");
    expect(cached()).toHaveLength(1);
    expect((await scoutsim("--help")).stdout).toContain("Example:");
    expect(cached()).toHaveLength(1);
    change(FLAGS, "nExample:", "nEggsampl:"); // as long as before
    expect((await scoutsim("--help")).stdout).toContain("Eggsampl:");
    expect(cached()).toHaveLength(2);
  });

  it("hunts alike in one process and in threads, and as tsx does", async () => {
    const hunt = ["hunt", "--runs", "6", "--seed", "few158", "--no-minimise", "--workers"];
    const one = await scoutsim(...hunt, "1");
    expect(one.stdout).toMatch(/^6 runs, \d+ events/);
    expect((await scoutsim(...hunt, "2")).stdout).toBe(one.stdout);
    const tsx = ["--import", "tsx", at("sim/cli/main.ts"), ...hunt, "1"];
    expect((await run(process.execPath, tsx)).stdout).toBe(one.stdout);
  });

  it("tells where in the sources a bug of its own is", async () => {
    change(
      REPLAY,
      "const { trial, artifact } = namedRun(what, o);",
      'if (what === "boom") throw new Error("x");',
    );
    const { status, stderr } = await scoutsim("replay", "boom");
    expect(status).toBe(70);
    expect(stderr).toMatch(/sim\/cli\/replay\.ts:\d+:\d+/);
    const line = readFileSync(at(REPLAY), "utf8")
      .split("\n")
      .findIndex((l) => l.includes("boom"));
    expect(stderr).toContain(`replay.ts:${line + 1}:`);
  });

  describe("when nothing can be kept beside the packages", () => {
    const helpWith = (home: string): Promise<Finished> =>
      run("env", [`XDG_CACHE_HOME=${home}`, process.execPath, at("bin/scoutsim.mjs"), "--help"]);
    beforeAll(() => {
      rmSync(at("node_modules", ".cache"), { recursive: true });
      writeFileSync(at("node_modules", ".cache"), "in the way");
    });

    it("is kept at home, and finds its packages from there", async () => {
      const { status, stdout, stderr } = await helpWith(at("home"));
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Eggsampl:");
      expect(readdirSync(at("home", "scoutsim"))).toHaveLength(1);
    });

    it("runs with tsx when that will not do either", async () => {
      const { status, stdout, stderr } = await helpWith(at("package.json"));
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Eggsampl:");
    });
  });
});
