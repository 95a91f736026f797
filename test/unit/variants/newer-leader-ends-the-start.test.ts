// A server that starts although a block shows a leader of a newer term, whom nobody told of it. See
// src/variants/newer-leader-ends-the-start.ts.

import { expect, test } from "vitest";
import type { Cluster } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { srv1 } from "../../../src/monitors/srv1.ts";
import { newerLeaderEndsTheStart } from "../../../src/variants/newer-leader-ends-the-start.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { hold, mounted, peek, release, SECOND, type Cluster as World } from "../trans/world.ts";

const statusOf = (w: World, n: number) => (w.peekMount(n).alive ? peek(w, n).server.status : "off");
const upIn = (w: World, slots: number): number[] =>
  Array.from({ length: slots }, (_, n) => n).filter((n) => statusOf(w, n) === "UP");

function members(slots: number, variants: readonly Variant[]): World {
  const monitors = [srv1, fnc5] as unknown as Monitor<Cluster>[];
  const agent = { run: "power" } as const;
  const o = { seed: "a", slots, mounts: slots, heartbeatTimeoutMs: 2000, agent, variants };
  return mounted({ ...o, blueprint: { monitors } });
}

function silence(w: World, a: number, b: number): void {
  cut(w, a, b, { streams: false });
  cut(w, b, a, { streams: false });
}
const stopServer = (w: World, n: number): void => {
  start(w, n, "stop_server", { cause: "quorum: leads no more" });
};
const broken = (w: World): string[] => [...new Set(w.violations.map((v) => v.promise))];

/** The write of an ELECT takes so long that the others, who hear no more of that one, have elected
 *  another by then. */
function late(variants: readonly Variant[]) {
  const w = members(3, variants);
  const holds = [0, 1, 2].map((n) => hold(w, "scoutfs_quorum_worker", "announced", n));
  stopServer(w, upIn(w, 3)[0] ?? -1);
  const slow = () => holds.findIndex(({ held }) => held.length > 0);
  expect(w.runUntil(() => slow() >= 0, w.now + 5 * SECOND)).toBe(true);
  const own = slow();
  for (const it of holds) if (it !== holds[own]) release(w, it);
  for (const n of [0, 1, 2]) if (n !== own) silence(w, n, own);
  expect(w.runUntil(() => upIn(w, 3).length > 0, w.now + 10 * SECOND)).toBe(true);
  w.runFor(SECOND);
  for (const it of holds) release(w, it);
  w.runFor(20 * SECOND);
  const up = upIn(w, 3).length;
  w.runFor(40 * SECOND);
  return { up, broken: broken(w) };
}

test("an ELECT that lands when others have read the blocks starts no second server", () => {
  expect(late([])).toEqual({ up: 2, broken: ["FNC5", "SRV1"] });
  expect(late([newerLeaderEndsTheStart])).toEqual({ up: 1, broken: [] });
});

/** Two slots that do not hear each other; the server of one stops twice, and is elected again. */
function behind(variants: readonly Variant[]): number {
  const w = members(2, variants);
  const [first = -1] = upIn(w, 2);
  silence(w, 0, 1);
  for (let stops = 0; stops < 2; stops++) {
    stopServer(w, first);
    w.runFor(SECOND / 10);
    expect(w.runUntil(() => statusOf(w, first) === "UP", w.now + 2 * SECOND)).toBe(true);
  }
  w.runFor(20 * SECOND);
  return upIn(w, 2).length;
}

test("a member of two whose term is behind starts no second server", () => {
  expect([behind([]), behind([newerLeaderEndsTheStart])]).toEqual([2, 1]);
});
