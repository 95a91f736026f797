// Completions: as many waiters go on as were completed, or all.

import { expect, test } from "vitest";
import {
  complete,
  completeAll,
  completion,
  reinit,
  tryWait,
} from "../../../src/core/completion.ts";

test("each completion lets one waiter go, before or after it came", () => {
  const c = completion();
  expect(tryWait(c)).toBe(false);
  complete(c);
  complete(c);
  expect([tryWait(c), tryWait(c), tryWait(c)]).toEqual([true, true, false]);
});

test("complete_all lets all go until it is initialised again", () => {
  const c = completion();
  completeAll(c);
  complete(c);
  expect([tryWait(c), tryWait(c)]).toEqual([true, true]);
  reinit(c);
  expect(tryWait(c)).toBe(false);
});
