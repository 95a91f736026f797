// `compare` by the binary: what it says, its exit status, and that workers change nothing.

import { describe, expect, it } from "vitest";
import { scoutsim } from "../support/cli.ts";

const LEAK = "quorum-udp-not-isolated-by-forced-unmount";
const FILE = `scenarios/${LEAK}.json`;

const compare = (...args: readonly string[]) => scoutsim("compare", ...args);

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
