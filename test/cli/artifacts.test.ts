// What a hunt keeps on disk: it replays in a fresh process, is whole or not there at all, and
// outlives Ctrl-C, a full disk and a reader that goes away.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTextFile } from "../../sim/cli/files.ts";
import { readCorpus } from "../../sim/cli/hunt/corpus-file.ts";
import { comparison } from "../../sim/cli/replay.ts";
import { readArtifact } from "../../sim/cluster/trial/artifact.ts";
import { COMMAND, type Finished, ROOT, run, scoutsim } from "../support/cli.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on("close", resolve));

let folder = "";
let hunted: Finished;
const at = (...names: string[]): string => join(folder, ...names);
const kept = (name: string): string[] => readdirSync(at(name)).sort();
const hunt = (out: string) =>
  scoutsim("hunt", "--variant", LEAK, "--runs", "3", "--seed", "few125", "--out", at(out));
/** A kept failure of the variant. */
const theLeak = (): string => {
  const [name] = kept("found").filter((n) => n.startsWith("iso1-"));
  return at("found", name as string);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
  hunted = await hunt("found");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("a hunt that keeps what it finds", () => {
  it("prints the story and the one command that replays", () => {
    expect(hunted.status).toBe(1);
    expect(hunted.stdout).toContain(`of ${LEAK}: passes without it`);
    expect(hunted.stdout).toMatch(/minimised in \d+ runs.*: \d of \d+ steps/);
    expect(hunted.stdout).toContain(`scoutsim replay ${theLeak()}`);
  });

  it("writes the same files in another process", async () => {
    await hunt("again");
    expect(kept("again")).toEqual(kept("found"));
    for (const name of kept("found")) {
      expect(readFileSync(at("again", name), "utf8")).toBe(readFileSync(at("found", name), "utf8"));
    }
  });

  it("replays to the same run, and passes without the variant", async () => {
    const again = await scoutsim("replay", theLeak(), "--lines", "3");
    expect(again.stdout).toMatch(/\nsame run\n$/);
    expect([again.status, again.stderr]).toEqual([1, ""]);
    const plain = await scoutsim("replay", theLeak(), "--without-variants");
    expect(plain.stdout).toContain("\nno promise broken\n");
    expect(plain.status).toBe(0);
  });

  it("tells a script the same", async () => {
    const { status, stdout } = await scoutsim("replay", theLeak(), "--json");
    const { expectation, plan } = readArtifact(readFileSync(theLeak(), "utf8"), "x");
    const { promise, place, text, ...rest } = expectation;
    const violation = { promise, place, text };
    const artifact = "same run";
    expect(JSON.parse(stdout)).toEqual({ variants: plan.variants, ...rest, violation, artifact });
    const passes = await scoutsim("replay", theLeak(), "--without-variants", "--json");
    expect(JSON.parse(passes.stdout)).toMatchObject({ variants: [], violation: null });
    expect([status, passes.status]).toEqual([1, 0]);
  });

  it("says in what a replay differs", async () => {
    const artifact = readArtifact(readFileSync(theLeak(), "utf8"), "x");
    const { promise, place, text, ...rest } = artifact.expectation;
    const now = { ...rest, violation: { promise, place, text } };
    expect(comparison(now, artifact.expectation)).toBe("same run");
    expect(comparison({ ...now, hash: "0" }, artifact.expectation)).toMatch(/^differs: the same f/);
    const other = { ...now, violation: { promise: "X", place, text } };
    expect(comparison(other, artifact.expectation)).toMatch(/^differs: another failure/);
    const clean = { ...now, violation: undefined };
    expect(comparison(clean, artifact.expectation)).toMatch(/^differs: nothing breaks any more/);
    writeFileSync(at("other.json"), JSON.stringify({ ...artifact, tape: [] }));
    const { stdout, status } = await scoutsim("replay", at("other.json"));
    expect(stdout).toMatch(/\n(differs: [^\n]*|same run)\n$/);
    expect([0, 1]).toContain(status);
  });

  it("keeps what it found when it is told to stop, whole and replayable", async () => {
    const args = ["hunt", "--variant", LEAK, "--seed", "few125", "--seconds", "60"];
    const child = spawn(process.execPath, [...COMMAND, ...args, "--out", at("stopped")], {
      cwd: ROOT,
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (x) => output.push(`${x}`));
    const asked = setInterval(() => {
      const there = readdirSync(folder).includes("stopped") && kept("stopped").length > 0;
      if (!there) return;
      clearInterval(asked);
      child.kill("SIGINT");
    }, 20);
    const status = await ended(child);
    expect(output.join("")).toMatch(/^stopped after \d+ runs/);
    expect(output.join("")).not.toMatch(/\bat .*:\d+:\d+\)?$/m);
    expect(status).toBe(1);
    const names = kept("stopped").filter((name) => name !== "hunt.json");
    expect(names.every((name) => name.endsWith(".json"))).toBe(true);
    const again = await scoutsim("replay", at("stopped", names[0] as string));
    expect(again.stdout).toMatch(/\nsame run\n$/);
  });
});

describe.concurrent("what cannot be written", () => {
  it("ends with one line, after what was found, and leaves no part of a file", async () => {
    const args = [...COMMAND, "hunt", "--variant", LEAK, "--runs", "3", "--seed", "few125"];
    const words = [process.execPath, ...args, "--no-minimise", "--out", at("full")].map(
      (word) => `'${word}'`,
    );
    const small = `trap '' XFSZ; ulimit -f 0; exec ${words.join(" ")}`;
    const { status, stdout, stderr } = await run("/bin/sh", ["-c", small]);
    expect(stdout).toContain(`scoutsim replay few125:0 --variant ${LEAK}`);
    expect(stderr).toMatch(/^\S+\.json: a file may not be that large here[^\n]*\n$/);
    expect(status).toBe(2);
    expect(kept("full")).toEqual([]);
  });

  it("leaves the file that was there", () => {
    mkdirSync(at("dir"));
    writeFileSync(at("old"), "old");
    expect(() => writeTextFile("/dev/full", "new")).toThrow("/dev/full: the disk is full; make ro");
    expect(() => writeTextFile(at("dir"), "new")).toThrow("this is a folder");
    expect(() => writeTextFile(at("old", "x"), "new")).toThrow("a part of this path is no folder");
    expect(readFileSync(at("old"), "utf8")).toBe("old");
    writeTextFile(at("old"), "new");
    expect(readFileSync(at("old"), "utf8")).toBe("new");
    expect(readdirSync(folder).filter((name) => name.includes(".part"))).toEqual([]);
  });

  it("is not looked for in a device without an end", () => {
    expect(readCorpus("/dev/zero")).toBeUndefined();
  });

  it.each([
    ["hunt --runs 2", "/dev/full: this is a file; name a folder"],
    [`minimise scenarios/${LEAK}.json`, "/dev/full: the disk is full; make room and try again"],
  ])("%s --out /dev/full is one line", async (verb, says) => {
    const { status, stderr } = await scoutsim(...verb.split(" "), "--out", "/dev/full");
    expect([status, stderr]).toEqual([2, `${says}\n`]);
  });

  const verbs = ["bugs", "hunt --runs 2 --seed few125"];
  it.each(verbs)("%s to a full disk is one line", async (verb) => {
    const words = [process.execPath, ...COMMAND].map((word) => `'${word}'`).join(" ");
    const { status, stderr } = await run("/bin/sh", ["-c", `exec ${words} ${verb} > /dev/full`]);
    expect(stderr).toBe("scoutsim: output: the disk is full; make room and try again\n");
    expect(status).toBe(2);
  });

  it("a reader that goes away is no error", async () => {
    const child = spawn(process.execPath, [...COMMAND, "replay", theLeak()], { cwd: ROOT });
    child.stdout.destroy();
    const stderr: string[] = [];
    child.stderr.on("data", (x) => stderr.push(`${x}`));
    const status = await ended(child);
    expect(stderr.join("")).toBe("");
    expect([0, 1], "what was reached so far").toContain(status);
  });
});

describe.concurrent("a bad artifact", () => {
  it.each<[string, (text: string) => string, string]>([
    ["cut off", (text) => text.slice(0, 300), "is not one whole piece of JSON"],
    ["newer", (text) => text.replace('"version": 1', '"version": 2'), "version 2 is newer than 1"],
    ["of an unknown variant", (text) => text.replace(LEAK, "x"), 'unknown variant "x"; variants'],
    ["with a field too many", (text) => text.replace('"tape"', '"x": 1, "tape"'), "x: is not a"],
    ["with no such host", (text) => text.replace(/"n": -?\d+/, '"n": 63'), "plan.steps.0.n: exp"],
  ])("%s is one line and status 2, and stays as it was", async (what, spoil, message) => {
    const file = at(`${what}.json`);
    const text = spoil(readFileSync(theLeak(), "utf8"));
    writeFileSync(file, text);
    const { status, stdout, stderr } = await scoutsim("replay", file);
    expect(stderr).toContain(message);
    expect(stderr.startsWith(`${file}: `)).toBe(true);
    expect(stderr.split("\n")).toHaveLength(2);
    expect([status, stdout]).toEqual([2, ""]);
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it.each([
    [["hunt", "--out", "package.json"], "package.json: this is a file; name a folder"],
    [["replay", "none.json"], "none.json: there is no such file"],
    [["replay", "sim"], "sim: this is a folder"],
  ])("%s", async (args, message) => {
    const { status, stderr } = await scoutsim(...args);
    expect(stderr).toContain(message);
    expect([status, stderr.split("\n").length]).toEqual([2, 2]);
  });
});
