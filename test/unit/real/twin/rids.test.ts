// Rids of twins sort as the real ones.

import { describe, expect, it } from "vitest";
import { ridsInOrder } from "../../../../sim/real/twin/rids.ts";
import type { Recording } from "../../../../sim/real/types.ts";

const mark = (text: string) => ({
  ...{ seq: 1, sub: 0, at: 0, mount: -1, cause: 0 },
  kind: "tracing_mark_write",
  data: { mark: text },
});

describe("the rids of a recording", () => {
  it("sort as the marks say, the second mark of a mount being its second incarnation", () => {
    const names = ["m0", "m1", "m1.b", "7fffff"];
    const recording = {
      mounts: names.map((name) => ({ name, slot: Number(/^m(\d)/.exec(name)?.[1] ?? -1) })),
      entries: [
        mark("rid mount 0 rid f000000000000000"),
        mark("rid mount 1 rid 8000000000000000 sys f.1.r.800000"),
        mark("rid mount 1 rid 8000000000000000 sys f.1.r.800000"),
        mark("rid mount 1 rid 0123456789abcdef"),
      ],
    } as unknown as Recording;
    expect(ridsInOrder(recording)).toEqual([4, 3, 1, 2]);
  });
});
