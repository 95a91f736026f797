// LCK4: what may be read anew has a generation of its own.

import { expect, test } from "vitest";
import { lck4 } from "../../../src/monitors/lck4.ts";
import { judged, type Line } from "./judged.ts";

const grant = (key: number, from: string, to: string, refresh_gen: number): Line[] => [
  ["lock_grant_response", 1, { key, mode: from, refresh_gen: 0 }],
  ["lock_granted", 1, { key, mode: to, refresh_gen }],
];

test("a grant that lets read in a generation that was there before breaks it", () => {
  const lines = [...grant(7, "null", "read", 1), ...grant(7, "null", "read", 1)];
  expect(judged(lck4, lines)).toEqual([
    "mount 1: key 7 may be read again in generation 1, and 1 was before",
  ]);
  const others = [...grant(7, "null", "read", 2), ...grant(8, "write_only", "write", 1)];
  expect(judged(lck4, others)).toHaveLength(1);
});

test("a new one, a mode that could read before, and one that cannot do not", () => {
  expect(judged(lck4, [...grant(7, "null", "read", 1), ...grant(7, "null", "write", 2)])).toEqual(
    [],
  );
  expect(judged(lck4, [...grant(7, "null", "read", 1), ...grant(7, "read", "write", 1)])).toEqual(
    [],
  );
  const only = [...grant(7, "null", "read", 1), ...grant(8, "null", "write_only", 0)];
  expect(judged(lck4, only)).toEqual([]);
});

test("a lock client that is set up anew begins anew", () => {
  const lines: Line[] = [...grant(7, "null", "read", 3), ["lock_destroy", 1]];
  expect(judged(lck4, [...lines, ...grant(7, "null", "read", 1)])).toEqual([]);
});
