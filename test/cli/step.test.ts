// The stepper on a pipe: every command, bad input, a reader that goes away. What it writes runs.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COMMAND, type Finished, ROOT } from "../support/cli.ts";

const FAILURE = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const SCENARIO = "scenarios/farewell-final-majority.scn";

/** With an end of input, or with a reader that takes one piece of output. */
function scoutsim(args: readonly string[], input = "", reads: "all" | "once" = "all") {
  return new Promise<Finished>((resolve) => {
    const child = spawn(process.execPath, [...COMMAND, ...args], { cwd: ROOT });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (text) => {
      stdout += text;
      if (reads === "once") child.stdout.destroy();
    });
    child.stderr.on("data", (text) => {
      stderr += text;
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

/** What each command said, in their order; the first is what is said before any. */
async function session(what: string, lines: readonly string[]): Promise<string[]> {
  const { status, stdout, stderr } = await scoutsim(["step", what], `${lines.join("\n")}\n`);
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.trimEnd().split(/\n(?=> )/);
}

let folder = "";
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
  writeFileSync(at("broken.json"), '{"format":');
  writeFileSync(at("broken.scn"), "# Why.\n\nworld cluster\nfrobnicate\n----\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.concurrent("step on a pipe", () => {
  it("goes to the failure, back, and into it step by step", async () => {
    const said = await session(FAILURE, [
      ...["to violation", "hash", "b 2", "s 3", "u", "tasks m0", "n", "hash", "b kind unmounting"],
      ...["to time 5s", "to event 100", "to scoutfs_quorum_worker @ vote", "end", "view m0 rid"],
    ]);
    const [, violation, hash, back, step, unstep, tasks, next, again, kind, time, event] = said;
    expect(violation).toContain("* violation: promise=ISO1");
    expect(back).toContain("\nevent 507, 10.000080 s, m0: work");
    expect(step).toContain("before its step 3\n");
    expect(step).toContain("\nnext step: scoutfs_quorum_worker @ adoptTerm");
    expect(unstep).toContain("\nnext step: scoutfs_quorum_worker @ received");
    expect(tasks).toMatch(/\n[* ] m0 1 scoutfs_quorum_worker @ received/);
    expect(next).toContain("event 509,");
    expect(again).toBe(hash);
    expect(kind).toContain("unmounting: rid=101 force=true");
    expect(time).toMatch(/event \d+, 4\.\d+ s/);
    expect(event).toContain("event 100,");
    expect(said[12]).toContain("next step: scoutfs_quorum_worker @ vote");
    expect(said[13]).toContain('error: no command is called "end"; help lists them');
    expect(said[14]).toBe("> view m0 rid\n  0000000000000065");
  });

  it("stops at breakpoints, searches, and shows what changed", async () => {
    const said = await session(FAILURE, [
      ...["break kind server.status", "break scoutfs_fill_super @ enter", "c", "c", "d 2", "c"],
      ...["state m0 server", "b continue", "/conn_accept", "?greet+ing?", "?Greet+ing?"],
      ...["w", "m", "j 2", "v m0", "e", "to mount m1", "b mount m0", "find", "to end", "to start"],
    ]);
    expect(said[2]).toContain("2  scoutfs_fill_super @ enter");
    expect(said[3]).toContain("next step: scoutfs_fill_super @ enter");
    expect(said[6]).toContain("server.status:");
    expect(said[7]).toMatch(/\n\* {3}status: "UP"/);
    expect(said[7]).toContain("\n    setUp: true");
    expect(said[8]).toContain("to=STARTING");
    expect(said[9]).toContain("conn_accept:");
    expect(said[11]).toContain("no record with /Greet+ing/ from the start");
    expect(said[13]).toContain("quorum.0");
    expect(said[14]).toContain("event<-cause");
    expect(said[15]).toContain("server_locks");
    expect(said[19]).toContain("error: expected a text");
    expect(said[20]).toContain("the run of the plan ends here: ISO1");
    expect(said[21]).toContain("at the start, 0.000000 s");
  });

  it("forks, comes back, and writes a scenario that runs", async () => {
    const file = at("fork.scn");
    const said = await session(FAILURE, [
      ...["n 60", "hash", "p 3", "x 2", "n 4", "state m1 super", "f", `write ${file}`, "hash"],
      ...["o", "hash", "g 2", "hash", "x 9999", "g 3", "o 1", "q", "n"],
    ]);
    expect(said[3]?.split("\n").length).toBe(5);
    expect(said[4]).toContain("(line 2 of 2)");
    expect(said[7]).toContain("* line 2: left line 1 behind move 60 by");
    expect(said[8]).toContain(`written to ${file}`);
    expect(said[11]).toBe(said[2]);
    expect(said[13]).toBe(said[9]);
    expect(said[14]).toMatch(/error: \d+ events are pending/);
    expect(said[15]).toContain("error: there are 2 lines, from 1 on");
    expect(said[16]).toContain('error: expected nothing after it, not "1"');
    expect(said.length).toBe(18);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/\nchoose order=\d+\n/);
    expect(text).toContain("\nshow state mount=m1 path=super\n");
    const { status, stdout } = await scoutsim(["run", file]);
    expect([status, stdout]).toEqual([0, `ok ${file}\n`]);
  });

  it("goes through a scenario, whose commands are moves", async () => {
    const file = at("scenario.scn");
    const said = await session(SCENARIO, [
      "n",
      "to end",
      "hash",
      "b 50",
      `y ${file}`,
      "n 50",
      "hash",
    ]);
    expect(said[0]).toContain("\nnext: do mount-all");
    expect(said[1]).toContain("\nbehind event 0, 0.000000 s: do mount-all");
    expect(said[2]).toContain("the scenario ends here");
    expect(said[5]).toContain("written to");
    expect(said[7]).toBe(said[3]);
    expect((await scoutsim(["run", file])).stdout).toBe(`ok ${file}\n`);
  });

  it("says which world of a scenario it is in when there are several", async () => {
    const file = "scenarios/farewell-reclaims-during-lock-recovery.scn";
    const [said] = await session(file, ["to violation"]);
    expect(said).toContain(`${file}, world 1 of 2; --world N takes another\nat the start`);
    expect((await session(SCENARIO, []))[0]).toContain(`${SCENARIO}\nat the start`);
  });

  it("takes the seed of a hunt, and complains of a bad line in one line", async () => {
    const bad = [
      ...["frobnicate", "next x", "next 0", "to", "to mount m99", "to nobody @ x", "state"],
      ...["state m0 server.nope", "view m0 nope", "/(/", "write x.txt", "to time soon", "c", "o"],
      ...["to scoutfs_quorum_worker @ nope", "delete 1", "back 1 2", "break time 1s", "step -1"],
    ];
    const said = await session("step:1", [...bad, "help", "", "# a comment", "next"]);
    expect(said[0]).toContain("seed step:1\nat the start, 0.000000 s\n");
    for (const [i, line] of bad.entries()) {
      expect(said[1 + i]).toMatch(/^> .*\nerror: .+$/);
      expect(said[1 + i]).toContain(`> ${line}\n`);
    }
    expect(said[bad.length + 1]).toContain("\nn, next [N]");
    expect(said.at(-1)).toContain("event 1,");
  });

  it.each<[string, () => readonly string[], RegExp]>([
    ["no such file", () => ["nope.json"], /^nope\.json: there is no such file/],
    [
      "a broken artifact",
      () => [at("broken.json")],
      /broken\.json: is not one whole piece of JSON/,
    ],
    [
      "a broken scenario",
      () => [at("broken.scn")],
      /broken\.scn:4:1: unknown command "frobnicate"/,
    ],
    ["no such world", () => [SCENARIO, "--world", "7"], /there is no world 7/],
    ["a bad number", () => [SCENARIO, "--world", "x"], /--world takes a whole number/],
    ["an unknown variant", () => ["x:1", "--variant", "nope"], /unknown variant "nope"/],
  ])("refuses %s with status 2 and one line", async (_what, args, complaint) => {
    const { status, stdout, stderr } = await scoutsim(["step", ...args()], "next\n");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(complaint);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  });

  it("ends quietly when nobody reads any more, and at the end of input", async () => {
    const many = Array.from({ length: 2000 }, () => "where").join("\n");
    expect(await scoutsim(["step", FAILURE], many, "once")).toMatchObject({
      status: 0,
      stderr: "",
    });
    expect(await scoutsim(["step", FAILURE])).toMatchObject({ status: 0, stderr: "" });
  });
});
