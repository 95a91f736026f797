// Which variants stand on each side of a comparison.

import { describe, expect, test } from "vitest";
import { sidesOf } from "../../../../sim/cli/compare/sides.ts";
import { mendedVariants } from "../../../../sim/cluster/world/variant-names.ts";
import { boundTo } from "../../../../sim/cluster/world/variants.ts";

const OPEN = "stale-requests-resent-to-new-server";
const OLD = "farewell-reclaims-during-lock-recovery";

describe("the sides of a comparison", () => {
  test("are main and main with the change", () => {
    expect(sidesOf([OPEN], ["main"])).toEqual({ before: ["main"], after: ["main", OPEN] });
    expect(sidesOf([OPEN], [])).toEqual({ before: [], after: [OPEN] });
  });

  test("leave a change that stands in the base out of the first", () => {
    const id = mendedVariants[0]?.id ?? "";
    const { before, after } = sidesOf([id], ["mended"]);
    expect(before).toContain(`not:${id}`);
    expect(after).not.toContain(`not:${id}`);
    expect(sidesOf([OLD], [OLD])).toEqual({ before: [], after: [OLD] });
  });

  test("can be bound, whatever replaces the same", () => {
    for (const id of [OPEN, OLD, ...mendedVariants.map((v) => v.id)]) {
      const { before, after } = sidesOf([id], ["mended"]);
      expect(() => boundTo(before), id).not.toThrow();
      expect(() => boundTo(after), id).not.toThrow();
    }
  });

  test("are not made of bases or of what is no variant", () => {
    expect(() => sidesOf(["mended"], ["main"])).toThrow(/takes the id of one change/);
    expect(() => sidesOf(["nothing"], ["main"])).toThrow(/unknown variant/);
  });
});
