// What a plan does to ways and connections: which ways suffer, for how long, and who is blamed.

import { describe, expect, test } from "vitest";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../../sim/cluster/plan/types.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { wayOf } from "../../../../sim/engine/network/net.ts";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { cluster, entries, plan as planOf, SECOND } from "./three-mounts.ts";

const at = 2 * SECOND;
const forUs = SECOND;
const HOSTS = 3;

const plan = (steps: readonly PlanStep[], hosts = HOSTS): Plan =>
  planOf(steps, { seed: "network", cluster: { ...cluster, hosts } });

/** The ways of which it is so, as "01". */
function waysThat(w: ClusterWorld, field: "datagramsCut" | "streamsCut" | "clogged"): string[] {
  const all = Array.from({ length: w.hostCount ** 2 }, (_, i) => [
    Math.floor(i / w.hostCount),
    i % w.hostCount,
  ]) as [number, number][];
  return all.filter(([a, b]) => wayOf(w.peekNet(), a, b).link[field]).map((way) => way.join(""));
}

const duringAndAfter = (step: PlanStep, hosts = HOSTS) => {
  const w = planWorld(plan([step], hosts), []);
  const look = () => ({
    datagrams: waysThat(w, "datagramsCut"),
    streams: waysThat(w, "streamsCut"),
    clogged: waysThat(w, "clogged"),
  });
  w.runFor(at + forUs / 2);
  const during = look();
  w.runFor(forUs);
  expect(look()).toEqual({ datagrams: [], streams: [], clogged: [] });
  return during;
};
const none: string[] = [];

describe("a cut", () => {
  test("of streams leaves datagrams alone", () => {
    const during = duringAndAfter({ atUs: at, do: "cut-streams", host: 1, forUs });
    expect(during).toEqual({ datagrams: none, streams: ["01", "10", "12", "21"], clogged: none });
  });

  test("one way leaves the other", () => {
    const step = { atUs: at, do: "cut-one-way", host: 1, forUs, what: "datagrams" } as const;
    expect(duringAndAfter({ ...step, way: "out" }).datagrams).toEqual(["10", "12"]);
    expect(duringAndAfter({ ...step, way: "in" }).datagrams).toEqual(["01", "21"]);
  });

  test("of a pair leaves the third to both", () => {
    const step = { atUs: at, do: "cut-pair", host: 0, peer: 2, forUs, what: "all" } as const;
    const during = duringAndAfter(step);
    expect(during).toEqual({ datagrams: ["02", "20"], streams: ["02", "20"], clogged: none });
  });

  test("on a single host is of its way to itself", () => {
    const step = { atUs: at, do: "cut-streams", host: 0, forUs } as const;
    expect(duringAndAfter(step, 1).streams).toEqual(["00"]);
  });
});

test("a clog holds both directions", () => {
  const during = duringAndAfter({ atUs: at, do: "clog", host: 0, forUs });
  expect(during).toEqual({ datagrams: none, streams: none, clogged: ["01", "02", "10", "20"] });
});

describe("a reset", () => {
  const seen = (...steps: readonly PlanStep[]) => {
    const w = planWorld(plan(steps, 1), []);
    w.runFor(at - 1);
    return entries(w, at - 1 + forUs);
  };
  const brokenBy = (all: readonly TraceEntry[]) =>
    new Set(
      all.filter((e) => e.kind === "broken").map((e) => (e.data as { stream: number }).stream),
    );
  const blamed = (all: readonly TraceEntry[]) => all.filter((e) => e.kind === "fault").length;
  const one = { atUs: at, do: "reset-client", n: 1 } as const;

  test("of a mount breaks its connection alone, though others share its host", () => {
    const all = seen(one);
    expect(brokenBy(all).size).toBe(1);
    expect(all.some((e) => e.kind === "connect" && e.mount === 1)).toBe(true);
  });

  test("of a host breaks the connections of all", () => {
    expect(brokenBy(seen({ atUs: at, do: "reset-streams", host: 0, peer: 0 })).size).toBe(3);
  });

  test("is nothing to be fenced for, unless there is a second before it is over", () => {
    expect(blamed(seen(one))).toBe(0);
    expect(blamed(seen({ ...one, atUs: at - SECOND }, one))).toBe(3);
    expect(blamed(seen(one, { ...one, atUs: at + forUs / 2 }))).toBe(3);
  });
});
