// Variants: what they replace, and the refusals by name.

import { describe, expect, test } from "vitest";
import { clusterWorld } from "../../../../sim/cluster/world/cluster.ts";
import {
  mendedVariants,
  namesWith,
  namesWithout,
  variantOf,
  variantsOf,
} from "../../../../sim/cluster/world/variant-names.ts";
import { boundTo, plainModel, withVariants } from "../../../../sim/cluster/world/variants.ts";
import { done } from "../../../../src/core/index.ts";
import { variants } from "../../../../src/variants/index.ts";
import type { Variant } from "../../../../src/variants/types.ts";

const a: Variant = {
  id: "a",
  kind: "regression",
  commit: undefined,
  area: "server.c",
  promises: [],
  says: "a test",
  rules: { mustWaitForLockRecovery: () => true },
};
const step = { farewell_worker: { take: () => done() } };

describe("a variant", () => {
  test("replaces a rule in the worlds that it is bound to, and nowhere else", () => {
    const shape = { seed: "1", mounts: 1, slots: 1, hosts: 1, heartbeatTimeoutMs: 10_000 };
    const variant = variantOf("farewell-reclaims-during-lock-recovery");
    const ruleWith = (variants: readonly Variant[]) =>
      clusterWorld({ ...shape, agent: {}, variants }).tables.rules.mustWaitForLockRecovery;
    expect(ruleWith([variant])).toBe(variant.rules?.mustWaitForLockRecovery);
    expect(ruleWith([])).toBe(plainModel.rules.mustWaitForLockRecovery);
    expect(ruleWith([])).not.toBe(ruleWith([variant]));
  });

  test("replaces a step and leaves the program's others", () => {
    const model = withVariants(plainModel, [{ ...a, steps: step }]);
    const of = (m: typeof model) => m.programs.find((p) => p.name === "farewell_worker");
    expect(of(model)?.steps.take).toBe(step.farewell_worker.take);
    expect(of(model)?.steps.giveBack).toBe(of(plainModel)?.steps.giveBack);
    expect(of(plainModel)?.steps.take).not.toBe(step.farewell_worker.take);
  });

  test("is refused beside another that replaces the same, with both names", () => {
    const both = () => withVariants(plainModel, [a, { ...a, id: "b" }]);
    expect(both).toThrow("variants a and b both replace rule mustWaitForLockRecovery");
    const { rules: _rules, ...bare } = a;
    const steps = () =>
      withVariants(plainModel, [
        { ...bare, steps: step },
        { ...bare, id: "b", steps: step },
      ]);
    expect(steps).toThrow("variants a and b both replace step farewell_worker @ take");
  });

  test("that replaces what is not there is refused", () => {
    const { rules: _rules, ...bare } = a;
    const nowhere = { ...bare, steps: { nobody: { take: () => done() } } };
    expect(() => withVariants(plainModel, [nowhere])).toThrow("replaces steps of nobody");
  });

  test("has the name of its file, and an unknown one is refused with the list", () => {
    expect(() => variantOf("typo")).toThrow(/unknown variant "typo"; variants are farewell-/);
    expect(new Set(variants.map((v) => v.id)).size).toBe(variants.length);
  });
});

describe("the names of a run's variants", () => {
  const ids = (names: readonly string[]) => variantsOf(names).map((v) => v.id);
  const bug = "farewell-reclaims-during-lock-recovery";
  const fix = "leader-remembers-its-vote";

  test("main is the plain model, mended has every sound fix and no bug", () => {
    expect(ids(["main"])).toEqual([]);
    expect(ids(["mended"])).toEqual(mendedVariants.map((v) => v.id));
    expect(mendedVariants.length).toBeGreaterThan(10);
    for (const { kind, unsound } of mendedVariants) {
      expect([kind === "regression", unsound]).toEqual([false, undefined]);
    }
    expect(boundTo(["mended"]).rules.remembersOwnVote()).toBe(true);
    expect(boundTo(["main"]).rules.remembersOwnVote()).toBe(false);
  });

  test("not:ID leaves one out, and adding it again does not bind it twice", () => {
    expect(ids(["mended", `not:${fix}`])).not.toContain(fix);
    expect(ids(["mended", bug, fix]).filter((id) => id === fix)).toEqual([fix]);
    expect(() => variantsOf(["mended", "not:typo"])).toThrow(/unknown variant "typo"/);
  });

  test("a bug goes into mended and out again, a fix out of it and in again", () => {
    expect(namesWith(["mended"], bug)).toEqual(["mended", bug]);
    expect(namesWithout(["mended", bug], bug)).toEqual(["mended"]);
    expect(namesWithout(["mended"], fix)).toEqual(["mended", `not:${fix}`]);
    expect(namesWith(["mended", `not:${fix}`], fix)).toEqual(["mended"]);
    expect(namesWithout([fix], fix)).toEqual([]);
  });

  test("a repair that is part of an unsound fix goes with it, and is not bound beside it", () => {
    const [part, whole] = ["forced-unmount-ends-lock-waits", "stale-requests-resent-to-new-server"];
    expect(ids(["mended"])).toContain(part);
    expect(ids(["mended", `not:${whole}`])).not.toContain(part);
    expect(ids(["mended", whole])).toContain(whole);
    expect(ids(["mended", whole])).not.toContain(part);
    expect(namesWithout(["mended"], whole)).toEqual(["mended", `not:${whole}`]);
    expect(namesWith(["mended", `not:${whole}`], whole)).toEqual(["mended", whole]);
  });

  test("a bug that replaces what a fix of mended replaces is refused by both names", () => {
    const both = () => boundTo(["mended", "unfenced-reclaim-on-timeout"]);
    expect(both).toThrow(/starting-leader-gives-way-in-its-term and unfenced-reclaim-on-timeout/);
  });
});
