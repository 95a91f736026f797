// Plans that fast-check draws, on the plain model: each promise that main keeps is kept in each.

import process from "node:process";
import { describe, expect, test } from "vitest";
import { firstBroken, KNOWN, longForm } from "./promises.ts";

const long = longForm(process.env);
const MS_PER_RUN = 2000;

describe("main", () => {
  test(
    "keeps its promises in every plan",
    () => {
      const broken = firstBroken(long, (promise) => !KNOWN.includes(promise));
      if (broken === undefined) return;
      const { text, command, plan } = broken;
      expect.fail(`${text}\nreplay it with\n  ${command}\n${JSON.stringify(plan, null, 1)}`);
    },
    30_000 + long.runs * MS_PER_RUN,
  );
});

describe("the property", () => {
  const udp = ["quorum-udp-not-isolated-by-forced-unmount"];

  test("fails where a bug was put back, with little left in the plan", () => {
    const broken = firstBroken(
      { runs: 100, seed: 5, path: undefined },
      (promise) => promise === "ISO1",
      udp,
    );
    expect(broken?.text).toContain("ISO1");
    expect(broken?.command).toMatch(/^SIM_SEED=5 SIM_PATH=[\d:]+ npx vitest run test\/property/);
    const doings = broken?.plan.steps.filter((step) => step.do !== "mount") ?? [];
    expect(doings.length).toBeLessThanOrEqual(2);
    expect(broken?.plan.cluster.slots).toBeLessThanOrEqual(3);
    expect(broken?.plan.budget).toBe("survivable");
  });

  test("is replayed by the path that it printed", () => {
    const isIso1 = (promise: string) => promise === "ISO1";
    const first = firstBroken({ runs: 100, seed: 5, path: undefined }, isIso1, udp);
    const path = /SIM_PATH=([\d:]+)/.exec(first?.command ?? "")?.[1];
    const again = firstBroken({ runs: 1, seed: 5, path }, isIso1, udp);
    expect(again?.plan).toEqual(first?.plan);
    expect(again?.text).toBe(first?.text);
  });
});
