// `compare` by the binary: what it says, its exit status, and that workers change nothing.

import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const FILE = `scenarios/${LEAK}.json`;

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}
const compare = (...args: string[]): Promise<Finished> =>
  new Promise((resolve) => {
    const command = ["--import", "tsx", "sim/cli/main.ts", "compare", ...args];
    const child = execFile(process.execPath, command, { cwd: ROOT }, (_e, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

describe.concurrent("compare", () => {
  it("says of a bug that is put in what it adds, whoever does the runs", async () => {
    const flags = ["--variant", LEAK, "--against", "main", "--runs", "12", "--seed", "keep38"];
    const alone = await compare(...flags, "--workers", "1");
    expect([alone.status, alone.stderr]).toEqual([1, ""]);
    expect(alone.stdout).toContain(`before: main\nafter:  main ${LEAK}\n`);
    expect(alone.stdout).toMatch(/adds {4}ISO1 at mount \d: 0 runs before, \d+ after/);
    expect(await compare(...flags, "--workers", "2")).toEqual(alone);
  });

  it("says of a kept failure whether a change ends it", async () => {
    const other = ["--variant", "leader-remembers-its-vote", "--artifact", FILE];
    const same = await compare(...other, "--runs", "8", "--workers", "1", "--json");
    expect([same.status, same.stderr]).toEqual([1, ""]);
    const { near, sides } = JSON.parse(same.stdout);
    expect(sides).toEqual({ before: [LEAK], after: [LEAK, "leader-remembers-its-vote"] });
    expect(near.verdict).toBe("no difference");
    expect(near.before.itself).toBe(true);
  });

  it.each([
    [["--variant", "nothing"], 'unknown variant "nothing"'],
    [["--variant", "mended"], "--variant takes the id of one change"],
    [["--variant", LEAK, "--runs", "few"], "--runs takes a whole number"],
    [["--variant", LEAK, "--artifact", "package.json"], 'expected "format"'],
    [[], "expected --variant ID"],
  ])("refuses %j in one line", async (args, says) => {
    const { status, stdout, stderr } = await compare(...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
