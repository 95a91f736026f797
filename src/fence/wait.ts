// A starting server waits here until nobody can disturb it. Mirrors scoutfs_fence_wait_fenced and
// all_fenced of fence.c. What it promises is less than its name: an error ends the wait like a
// fence, and is returned as success.

import type { Us } from "../core/index.ts";
import { done, fail, program } from "../core/index.ts";
import { fenceOf, findListed } from "./requests.ts";
import type { FenceMount, FenceProtocol } from "./types.ts";

interface Locals {
  readonly timeout: Us;
  error: boolean;
}

/** The first on the list with an error or no answer decides; an error behind one that is not
 *  answered is not seen. */
function allFenced(l: Locals, m: FenceMount): boolean {
  const decides = findListed(m, (fence) => fence.error || !fence.fenced);
  l.error = decides !== undefined && fenceOf(m, decides).error;
  return decides === undefined || l.error;
}

export const fenceWaitFenced = program<FenceProtocol>()({
  name: "scoutfs_fence_wait_fenced",
  source: "fence.c:scoutfs_fence_wait_fenced",
  start: "enter",
  locals: (a: { timeout: Us }): Locals => ({ timeout: a.timeout, error: false }),
  waits: {
    allFenced: {
      on: () => "fence.waitq",
      until: (l, m, out) => allFenced(l, m) || out.rules.fenceWaitEnds(m),
      blames(_l, m) {
        const h = findListed(m, (fence) => !fence.fenced);
        const of = h === undefined ? "" : ` the request for rid ${fenceOf(m, h).rid}`;
        return { who: "the fence agent", because: `it has not answered${of}` };
      },
    },
  },
  steps: {
    enter: (l) => ({
      wait: "allFenced",
      then: "woken",
      timeout: { after: l.timeout, then: "timedOut" },
    }),
    /** The C looks at the error only when the wait returns less than 0, which this kind never
     *  does. A repair replaces this step by one that fails with EIO when `l.error` is set. */
    woken(l, _m, out) {
      if (l.error) out.note("a fence error is taken for success");
      out.emit({ kind: "fence.waited", result: l.error ? "error" : "fenced" });
      return done();
    },
    timedOut(_l, _m, out) {
      out.emit({ kind: "fence.waited", result: "timeout" });
      return fail("ETIMEDOUT");
    },
  },
});
