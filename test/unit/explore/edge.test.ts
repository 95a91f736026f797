// The span around a value in which something holds.

import { describe, expect, test } from "vitest";
import { type Asking, type Span, spanAround } from "../../../sim/explore/edge.ts";

function answer(asking: Asking<Span>, holds: (value: number) => boolean) {
  const asked: number[] = [];
  let turn = asking.next();
  while (!turn.done) {
    asked.push(turn.value);
    turn = asking.next(holds(turn.value));
  }
  return { span: turn.value, asked };
}

describe("a span", () => {
  test("ends where the answer changes, to a part of the way", () => {
    const { span } = answer(spanAround(100, 0, 10_000), (v) => v >= 12 && v <= 2_400);
    expect(span.isOpenAbove || span.isOpenBelow).toBe(false);
    expect(Math.abs(span.low - 12)).toBeLessThanOrEqual(2);
    expect(span.high).toBeLessThanOrEqual(2_400);
    expect(span.high).toBeGreaterThan(2_340);
  });

  test("is exact next to the value", () => {
    const { span } = answer(spanAround(100, 0, 10_000), (v) => v >= 99 && v < 102);
    expect([span.low, span.high]).toEqual([99, 101]);
  });

  test("is open where it holds as far as it is tried, which takes one question", () => {
    const { span, asked } = answer(spanAround(100, 0, 10_000), () => true);
    expect(span).toEqual({ low: 0, high: 10_000, isOpenBelow: true, isOpenAbove: true });
    expect(asked).toEqual([0, 10_000]);
  });

  test("asks nothing about a side that is not there", () => {
    const { asked } = answer(spanAround(100, 100, 100), () => false);
    expect(asked).toEqual([]);
  });
});
