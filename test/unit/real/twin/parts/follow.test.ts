// One part is followed task by task: what comes as it must is taken, what cannot come is named.

import { describe, expect, it } from "vitest";
import { explainPart } from "../../../../../sim/real/twin/parts/explain.ts";
import { followPart } from "../../../../../sim/real/twin/parts/follow.ts";
import { lockKeyOf } from "../../../../../sim/real/twin/parts/keys.ts";
import type { Item } from "../../../../../sim/real/twin/timeline.ts";

const key = lockKeyOf("16.0.0.0.0.0");
const item = (kind: string, line: number, task: string, fields: object = {}): Item => ({
  ...{ of: "own", kind, line, at: line * 1000, task },
  fields: { key, wseq: 0, old: "null", new: "read", ...fields },
});
const message = { what: "grant", dir: "request", rid: 1, id: 1 };
const timeline = (items: readonly Item[]) => ({
  ...({ part: "server", name: "m0", rid: 1, items, endAt: 1e7 } as const),
});
const granted = [
  item("ls_setup", 1, "a"),
  item("ls_request", 2, "b", { rid: 1, id: 1 }),
  item("lock_message", 3, "b", message),
  item("sv_lock_response", 4, "b", { rid: 1, id: 1 }),
  item("lock_message", 5, "b", { ...message, dir: "response" }),
];

describe("a lock server", () => {
  it("grants what is asked", () => {
    const followed = followPart(timeline(granted));
    expect(followed.rejection).toBeUndefined();
    expect(followed.matched.get("lock_message")).toBe(2);
  });

  it("does not grant another mode, nor nothing", () => {
    const other = granted.with(
      3,
      item("sv_lock_response", 4, "b", { rid: 1, id: 1, new: "write" }),
    );
    const wrong = followPart(timeline(other));
    expect(explainPart("file", wrong)).toContain("file:4: m0: server: b could not do next");
    expect(followPart(timeline(granted.slice(0, 3))).rejection?.item.line).toBe(3);
  });
});
