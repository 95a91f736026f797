// Plans that fast-check draws. Each promise has a property of its own: the plain model keeps it
// unless it is known to break it, and `mended` keeps it in any case.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { beforeAll, describe, expect, test } from "vitest";
import { readArtifact } from "../../sim/cluster/trial/artifact.ts";
import { tryTrial } from "../../sim/cluster/trial/trial.ts";
import { promises } from "../../src/monitors/promises.ts";
import { type Broken, brokenIn, firstBroken, KNOWN, longForm, whatToDo } from "./promises.ts";

const long = longForm(process.env);
/** Shows what a failure looks like: a bug that is put back, or with `not:ID` a fix left out. */
const bugs = process.env.SIM_VARIANT === undefined ? [] : [process.env.SIM_VARIANT];
const added = bugs.filter((id) => !id.startsWith("not:"));
const MS_PER_RUN = 4000;
const TIMEOUT_MS = 60_000 + long.runs * MS_PER_RUN;

describe.each([
  ["main", added, KNOWN],
  ["mended", ["mended", ...bugs], []],
])("%s", (base, variants, known) => {
  const kept = Object.keys(promises).filter((promise) => !known.includes(promise));

  test.each(kept)(
    "keeps %s in every plan",
    (promise) => {
      // The runs are made once for all; what broke is then looked for and shrunk by itself.
      if (!brokenIn(long, variants).has(promise)) return;
      const broken = firstBroken(long, (p) => p === promise, variants);
      if (broken === undefined) return expect.fail(`${promise} broke, and then it did not`);
      const { text, plan } = broken;
      const todo = whatToDo(broken, `${base} keeps ${promise}`, process.env);
      expect.fail(`${text}\n${todo}\n${JSON.stringify(plan, null, 1)}`);
    },
    TIMEOUT_MS,
  );
});

describe("the property", () => {
  const udp = ["quorum-udp-not-isolated-by-forced-unmount"];
  const form = { runs: 100, seed: 9, path: undefined };
  const isIso1 = (promise: string) => promise === "ISO1";
  let broken: Broken | undefined;
  beforeAll(() => {
    broken = firstBroken(form, isIso1, udp);
  });

  test("fails where a bug was put back, with little left in the plan", () => {
    expect(brokenIn({ ...form, runs: 20 }, udp).has("ISO1")).toBe(true);
    expect(broken?.text).toContain("ISO1");
    expect(broken?.command).toMatch(/^SIM_SEED=9 SIM_PATH=[\d:]+ npx vitest run test\/property/);
    const doings = broken?.plan.steps.filter((step) => step.do !== "mount") ?? [];
    expect(doings.length).toBeLessThanOrEqual(2);
    expect(broken?.plan.cluster.slots).toBeLessThanOrEqual(3);
    expect(broken?.plan.budget).toBe("survivable");
  });

  test("is kept as an artifact where there is a folder for it", () => {
    const folder = mkdtempSync(join(tmpdir(), "scoutsim-"));
    const found = broken as Broken;
    expect(whatToDo(found, "x", {})).toContain(`${found.command} -t "x"\nwith SIM_OUT=`);
    const file = / replay (\S+)$/.exec(whatToDo(found, "x", { SIM_OUT: folder }))?.[1] ?? "";
    const artifact = readArtifact(readFileSync(file, "utf8"), file);
    rmSync(folder, { recursive: true });
    expect(artifact.plan).toEqual(found.plan);
    expect(tryTrial(artifact).hash).toBe(artifact.expectation.hash);
  });

  test("is replayed by the path that it printed", () => {
    const path = /SIM_PATH=([\d:]+)/.exec(broken?.command ?? "")?.[1];
    const again = firstBroken({ runs: 1, seed: 9, path }, isIso1, udp);
    expect(again?.plan).toEqual(broken?.plan);
    expect(again?.text).toBe(broken?.text);
  });
});
