// Variants: what they replace, and the refusals by name.

import { describe, expect, test } from "vitest";
import { sliceWorld } from "../../../sim/cluster/slice.ts";
import { plainModel, variantOf, withVariants } from "../../../sim/cluster/variants.ts";
import { start } from "../../../sim/engine/build.ts";
import { done, type Rid } from "../../../src/core/index.ts";
import { variants } from "../../../src/variants/index.ts";
import type { Variant } from "../../../src/variants/types.ts";

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
    const rid = 11 as Rid;
    const bound = withVariants(plainModel, [variantOf("farewell-reclaims-during-lock-recovery")]);
    const run = (rules: typeof bound.rules) => {
      const options = { clients: [{ rid, quorum: false }], recovering: [rid], rules };
      const w = sliceWorld(options);
      w.runFor(100);
      start(w, 0, "slice_farewell", { rid });
      w.runFor(20_000);
      return w.peekMount(0).state.server.dirtySuper.mountedClients.length === 0
        ? "reclaimed"
        : "waits";
    };
    expect(run(bound.rules)).toBe("reclaimed");
    expect(run(plainModel.rules)).toBe("waits");
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
