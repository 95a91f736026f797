// Captures and traces on the command line: what is judged, what is named, what is refused, and that
// nothing there is destroyed.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { COMMAND, ROOT, run, scoutsim } from "../support/cli.ts";

const D1 = join(ROOT, "test/real/recordings/d1-force-umount-leader3/trace.txt.gz");
const folder = mkdtempSync(join(tmpdir(), "scoutsim-traces-"));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

const lines = gunzipSync(readFileSync(D1)).toString("utf8").split("\n");
function altered(name: string, alter: (lines: string[]) => string[]): string {
  writeFileSync(at(name), alter([...lines]).join("\n"));
  return at(name);
}
/** The second ELECT of the recording is written in the term of the first. */
const elect = lines.findLastIndex((l) => /quorum_block_event_ret: .*event=2 /.test(l));
const twice = (all: string[]): string[] =>
  all.map((l, i) => (i === elect ? l.replace(/term=\d+/, "term=1") : l));

describe.concurrent("check-trace", () => {
  it("keeps quiet on a recording, and writes a scenario that goes the same way", async () => {
    const { status, stdout } = await scoutsim("check-trace", D1, "--scenario", at("d1.scn"));
    expect(status).toBe(0);
    expect(stdout).toContain("no promise broken");
    const text = readFileSync(at("d1.scn"), "utf8");
    for (const step of ["start umount mount=m2 force=1", "do remount n=2", "slots=3"]) {
      expect(text).toContain(step);
    }
    expect((await scoutsim("run", at("d1.scn"))).status).toBe(0);
  });

  it("names the first impossible event by its line", async () => {
    const { status, stdout } = await scoutsim("check-trace", altered("twice.txt", twice));
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`twice\\.txt:${elect + 1}: \\S+ s m1: QRM1 at `));
  });

  it("tells a script the same", async () => {
    const { status, stdout } = await scoutsim("check-trace", altered("json.txt", twice), "--json");
    const { found, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({ form: "ftrace", slots: 3, gaps: [], model: [] });
    expect(found[0]).toMatchObject({ line: elect + 1, mount: "m1", promise: "QRM1", doubt: null });
    expect(status).toBe(1);
    const args = ["--json", "--scenario", at("json.scn")];
    const clean = await scoutsim("check-trace", D1, ...args);
    expect(JSON.parse(clean.stdout)).toMatchObject({ found: [] });
    expect(clean.status).toBe(0);
  });

  it("doubts what comes after lost events", async () => {
    const file = altered("lost.txt", (all) =>
      twice(all).toSpliced(elect - 100, 10, "CPU:1 [LOST 10 EVENTS]"),
    );
    const { status, stdout } = await scoutsim("check-trace", file);
    expect(stdout).toContain("10 events were lost");
    expect(stdout).toContain("doubtful: events before it are missing");
    expect(status).toBe(0);
  });

  it("reads what is there of a capture that is cut at both ends", async () => {
    const file = altered("cut.txt", (all) => [
      (all[200] ?? "").slice(40),
      ...all.slice(201, 900),
      (all[900] ?? "").slice(0, 40),
    ]);
    const { status, stdout } = await scoutsim("check-trace", file);
    expect(status).toBe(0);
    expect(stdout).toContain("this line cannot be read");
  });
});

describe.concurrent("bad input", () => {
  const packed = readFileSync(D1);
  writeFileSync(at("noise.gz"), Buffer.concat([packed.subarray(0, 3), Buffer.from("noise")]));
  writeFileSync(at("letter.txt"), "dear sir,\n");
  writeFileSync(at("short.txt"), lines.slice(0, 300).join("\n"));
  writeFileSync(at("there.txt"), "kept");
  writeFileSync(at("new.json"), '{"format":"scoutsim-artifact","version":9,"plan":{}}');

  it.each<[string, string[], string]>([
    ["a missing capture", ["check-trace", at("none.txt")], "there is no such file"],
    ["a damaged capture", ["check-trace", at("noise.gz")], "is a damaged gzip file"],
    ["another text", ["check-trace", at("letter.txt")], "is no capture: expected"],
    ["a number that is none", ["check-trace", D1, "--slots", "many"], "--slots takes a whole"],
    ["a format that is none", ["trace", "hunt:3", "--to", "png"], "--to takes one of text"],
    [
      "a mount that is none",
      ["trace", at("short.txt"), "--mounts", "m9"],
      'no mount is called "m9"',
    ],
    ["a variant that is none", ["trace", "hunt:3", "--variant", "x"], "unknown variant"],
    ["a time that is none", ["trace", "hunt:3", "--from", "noon"], "--from takes a time like"],
    ["a newer artifact", ["trace", at("new.json")], "artifact version 9 is newer than"],
    ["a full disk", ["trace", at("short.txt"), "--out", "/dev/full"], "the disk is full"],
    ["an unknown skeleton", ["new", "bug", "x"], "expected one of scenario, variant, monitor"],
    ["a bad name", ["new", "variant", "../x", "--dir", folder], "a variant has a name like"],
    ["a shell that is none", ["completion", "cmd"], "completion takes bash, zsh or fish"],
  ])("%s", async (_name, args, expected) => {
    const { status, stderr } = await scoutsim(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(expected);
    expect(stderr.trimEnd().split("\n").length).toBe(1);
  });

  it("leaves a file as it was when the new one cannot be made", async () => {
    const args = ["trace", D1, "--to", "mermaid", "--out", at("there.txt")];
    const { status, stderr } = await scoutsim(...args);
    expect(stderr).toContain("are too many for a diagram");
    expect([status, stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
    expect(readFileSync(at("there.txt"), "utf8")).toBe("kept");
  });

  it("is no reader that goes away", async () => {
    const command = `${process.execPath} ${COMMAND.join(" ")} trace ${D1} | head -2`;
    const { status, stdout, stderr } = await run("bash", ["-o", "pipefail", "-c", command]);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n").length).toBe(3);
  });
});

describe.concurrent("the trace of a scenario", () => {
  const FILE = "scenarios/farewell-reclaims-during-lock-recovery.scn";
  const of = ["trace", FILE, "--kinds", "ls_farewell,violation", "--mounts", "m0"];

  it("is that of its commands, in the world that is asked for", async () => {
    const [first, second] = await Promise.all([scoutsim(...of), scoutsim(...of, "--world", "2")]);
    expect([first.status, first.stdout]).toEqual([2, ""]);
    expect(first.stderr).toContain('no record is of the kind "violation"');
    expect(second.stdout).toMatch(/1783\.26<-1782 +\| ls_farewell: rid=104/);
    expect(second.stdout).toContain("violation: promise=RCV1");
    expect((await scoutsim(...of, "--world", "3")).stderr).toContain("there is no world 3");
    expect((await scoutsim(...of, "--variant", "mended")).stderr).toContain("names its variants");
  });

  it("is a capture too, which says what the scenario says", async () => {
    const file = at("scenario.txt");
    await scoutsim("trace", FILE, "--to", "ftrace", "--world", "2", "--out", file);
    const { stdout } = await scoutsim("check-trace", file);
    expect(stdout).toContain("3 slots");
    expect(stdout).toContain("RCV1 at");
  });
});

describe.concurrent("diff", () => {
  it("finds a run the same as its trace, and names where another parts", async () => {
    const file = at("run.ndjson");
    await scoutsim("trace", "hunt:5", "--to", "ndjson", "--out", file);
    const alike = await scoutsim("diff", file, "hunt:5");
    const says = "the same, but for times and the order of what is unrelated\n";
    expect(alike).toEqual({ status: 0, stdout: says, stderr: "" });
    const json = await scoutsim("diff", file, "hunt:5", "--json");
    expect(JSON.parse(json.stdout)).toEqual({
      ...{ same: true, runs: [file, "seed hunt:5"], parting: null },
    });
    expect([json.status, json.stderr]).toEqual([0, ""]);
    const all = readFileSync(file, "utf8").split("\n");
    const n = all.findLastIndex((line) => line.includes('"kind":"server_greeting"'));
    const other = all.map((line, i) =>
      i === n ? line.replace(/"gr_term":\d+/, '"gr_term":9') : line,
    );
    writeFileSync(at("other.ndjson"), other.join("\n"));
    const { status, stdout } = await scoutsim("diff", file, at("other.ndjson"));
    expect(status).toBe(1);
    expect(stdout).toMatch(/they part in m\d+: \w+ about rid \d+, after \d+ records/);
    expect(stdout).toContain("gr_term=9");
    const sides = [file, at("other.ndjson")] as const;
    const told = await scoutsim("diff", ...sides, "--lines", "2", "--json");
    const { parting, ...rest } = JSON.parse(told.stdout);
    expect([told.status, told.stderr]).toEqual([1, ""]);
    expect(rest).toEqual({ same: false, runs: sides });
    const begin = `they part in ${parting.strand}, after ${parting.sameRecords} records`;
    expect(stdout.startsWith(begin)).toBe(true);
    expect(parting.differingStrands).toBe(1);
    const [one, another] = parting.sides;
    expect([one.run, another.run]).toEqual(sides);
    const first = { kind: "server_greeting", times: 1 };
    expect(one.differs[0]).toMatchObject({ ...first, data: JSON.parse(all[n] ?? "").data });
    expect(another.differs[0]).toMatchObject({ ...first, data: { gr_term: 9 } });
    expect(another.same).toEqual(one.same);
    expect(one.differs.length).toBeLessThanOrEqual(2);
  });

  it("finds nothing more on a side that ends, and refuses what is no run", async () => {
    const { status, stdout } = await scoutsim("diff", "hunt:5", "hunt:6", "--lines", "1", "--json");
    const { parting } = JSON.parse(stdout);
    expect([status, parting.sides.length]).toEqual([1, 2]);
    for (const { same, differs } of parting.sides) {
      expect([same.length, differs.length].every((n) => n <= 1)).toBe(true);
    }
    const bad = await scoutsim("diff", "hunt:5", at("none.json"), "--json");
    expect([bad.status, bad.stdout]).toEqual([2, ""]);
    expect(bad.stderr).toMatch(/^\S+none\.json: there is no such file[^\n]*\n$/);
  });
});

describe.concurrent("new", () => {
  it.each([
    ["scenario", "leader-naps", "leader-naps.scn"],
    ["variant", "leader-naps", "leader-naps.ts"],
    ["monitor", "NAP1", "nap1.ts"],
  ])("writes a %s once", async (what, name, file) => {
    const args = ["new", what, name, "--dir", at("new")];
    const { status, stdout } = await scoutsim(...args);
    expect([status, existsSync(join(at("new"), file))]).toEqual([0, true]);
    expect(stdout).toContain("HACKING.md");
    const again = await scoutsim(...args);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain("is there already; choose another name");
  });
});

describe.concurrent("completion", () => {
  const complete = async (script: string, words: readonly string[]): Promise<string[]> => {
    const list = words.map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _scoutsim`;
    const { stdout } = await run("bash", [
      "-c",
      `${script}\n${ask}; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
    return stdout.trimEnd().split("\n");
  };

  it("knows verbs, flags, variants, formats and files in bash", async () => {
    const script = (await scoutsim("completion", "bash")).stdout;
    expect(await complete(script, ["scoutsim", "check"])).toEqual(["check-trace"]);
    expect(await complete(script, ["scoutsim", "hunt", "--se"])).toEqual(["--seconds", "--seed"]);
    const ids = await complete(script, ["scoutsim", "hunt", "--variant", "quorum-udp"]);
    expect(ids).toEqual(["quorum-udp-not-isolated-by-forced-unmount"]);
    expect(await complete(script, ["scoutsim", "trace", "x", "--to", "sh"])).toEqual(["shiviz"]);
    expect(await complete(script, ["scoutsim", "new", "v"])).toEqual(["variant"]);
    const files = await complete(script, ["scoutsim", "run", "scenarios/lock-key"]);
    expect(files).toEqual(["scenarios/lock-key-range-wait.scn"]);
  });
});
