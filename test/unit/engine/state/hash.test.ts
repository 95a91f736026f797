// The short hash of a record is the first lane of the long one, whatever the record holds.

import { describe, expect, test } from "vitest";
import { Hasher, hashRecord, RecordHasher } from "../../../../sim/engine/state/hash.ts";

const laneOf = (data: object): number => {
  const h = new Hasher();
  h.reset(0);
  h.value(data);
  return h.a;
};

const records: readonly object[] = [
  {},
  { rid: 101, kind: "greeting", error: undefined },
  { big: 2 ** 40 + 3, negative: -7, startedAt: 12, isNull: null, yes: true, no: false },
  { list: [1, "two", [3]], map: new Map([["a", { b: 1 }]]), set: new Set([1, 2]) },
];

describe("the hash of a record", () => {
  test("is the first lane of a hasher at time 0", () => {
    expect(records.map(hashRecord)).toEqual(records.map(laneOf));
  });

  test("is the same from a hasher that has met records of that kind before", () => {
    const h = new RecordHasher();
    h.hash({ rid: 1, kind: "k" });
    const met = [{ rid: 2, kind: "k" }, { rid: 2 }, { kind: "k", rid: 2 }, ...records];
    expect(met.map((r) => h.hash(r))).toEqual(met.map(hashRecord));
  });

  test("tells records apart", () => {
    const like = [{ a: 1 }, { a: 2 }, { b: 1 }, { a: [1] }, { a: "1" }, { a: true }, { a: null }];
    expect(new Set(like.map(hashRecord)).size).toBe(like.length);
  });

  test("refuses what is not data", () => {
    expect(() => hashRecord({ run: () => 0 })).toThrow("a record must be plain data");
  });
});
