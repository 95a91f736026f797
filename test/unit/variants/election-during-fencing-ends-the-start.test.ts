// A leader that is to be fenced is elected once more before it is. See
// src/variants/election-during-fencing-ends-the-start.ts.

import { expect, test } from "vitest";
import { mendedVariants, variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import { seconds } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  type Cluster,
  count,
  hold,
  mounted,
  peek,
  reaches,
  SECOND,
  write,
} from "../trans/world.ts";

const REPAIR = variantOf("election-during-fencing-ends-the-start");
const without = mendedVariants.filter((v) => v !== REPAIR);

const OLD = 0;
const NEW = 1;
const statusOf = (w: Cluster, n: number): string =>
  w.peekMount(n).alive ? peek(w, n).server.status : "off";

/** Two members that do not hear each other. The second was elected, and its agent cuts the power
 *  of the first three seconds later. */
function overtaken(variants: readonly Variant[]): Cluster {
  const agent = { run: "power", delayUs: seconds(5) } as const;
  const w = mounted({ seed: "a", slots: 2, heartbeatTimeoutMs: 2000, agent, variants });
  expect(statusOf(w, OLD)).toBe("UP");
  cut(w, OLD, NEW, { streams: false });
  cut(w, NEW, OLD, { streams: false });
  expect(w.runUntil(() => count(w, "fence.start") > 0, w.now + 5 * SECOND)).toBe(true);
  return w;
}
/** The server of the first stops meanwhile, and it is elected in the term of the second. */
function isElectedAgain(w: Cluster): void {
  const starts = hold(w, "scoutfs_quorum_fence_leaders", "read", OLD);
  start(w, OLD, "stop_server", { cause: "of itself" });
  expect(reaches(w, starts, SECOND)).toBe(true);
}

function outcome(w: Cluster) {
  const isUp = () => statusOf(w, NEW) === "UP";
  expect(w.runUntil(isUp, w.now + 20 * SECOND)).toBe(true);
  expect(statusOf(w, OLD)).toBe("off");
  const { term } = peek(w, NEW).server;
  const writes = write(w, NEW, 1, 7) !== undefined;
  w.runFor(60 * SECOND);
  return { term, writes, after: statusOf(w, NEW) };
}

const runs = (variants: readonly Variant[]) => {
  const w = overtaken(variants);
  isElectedAgain(w);
  return outcome(w);
};

test("a server whose clients are sent to a leader that it had fenced has itself fenced", () => {
  const lost = { term: 2, writes: false, after: "off" };
  expect(runs([])).toEqual(lost);
  expect(runs(without)).toEqual(lost);
});

test("it is found when it looks again, and is elected in a term above", () => {
  const well = { term: 3, writes: true, after: "UP" };
  expect(runs([REPAIR])).toEqual(well);
  expect(runs([...without, REPAIR])).toEqual(well);
});

test("one that was not elected again costs no second start", () => {
  expect(outcome(overtaken([REPAIR]))).toMatchObject({ term: 2, after: "UP" });
});
