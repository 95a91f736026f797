// Mutants of values: a change that is undone and a block that is taken for another are learned from
// runs, change them, and are killed by the monitor of what they break.

import { beforeAll, describe, expect, test } from "vitest";
import { huntMutant, killedBy } from "../../../../sim/cluster/mutants/hunt.ts";
import { type Mutant, mutantKey, mutated } from "../../../../sim/cluster/mutants/mutants.ts";
import {
  type Candidate,
  chosenOf,
  newSites,
  valuesOf,
} from "../../../../sim/cluster/mutants/sites.ts";
import { tryPlan } from "../../../../sim/cluster/trial/trial.ts";
import type { Model } from "../../../../sim/cluster/world/variants.ts";
import { done, type Out } from "../../../../src/core/index.ts";
import type { Scoutfs } from "../../../../src/protocol.ts";
import type { AnyStep } from "../../../../src/variants/types.ts";
import { candidateIn, learnSmall, smallPlan } from "./small-plan.ts";

const at = { program: "toy", label: "go" };
const counts: AnyStep = (l, m) => {
  (l as { n: number }).n++;
  (m.server as { term: number }).term = 7;
  return done({ value: m.server.term });
};
const writes: AnyStep = () =>
  ({ io: { op: "write", block: "quorum.3", content: {} }, then: "go" }) as never;

function runToy(step: AnyStep, mutant: Mutant) {
  const toy = { programs: [{ name: "toy", steps: { go: step }, waits: {} }], rules: {} };
  const run = mutated(toy as unknown as Model, mutant).programs[0]?.steps.go as AnyStep;
  const locals = { n: 0 };
  const state = { server: { term: 1 } };
  const next = run(locals, state as never, { api: {} } as unknown as Out<Scoutfs>, {});
  return { locals, state, next };
}

test("a change is undone when its step ends: the step itself has seen it", () => {
  const { locals, state, next } = runToy(counts, { kind: "forget", at, path: "server.term" });
  expect([locals.n, state.server.term, next]).toEqual([1, 1, done({ value: 7 })]);
  const other = runToy(counts, { kind: "forget", at, path: "locals.n" });
  expect([other.locals.n, other.state.server.term]).toEqual([0, 7]);
});

test("a block is taken for the next one, and no other is", () => {
  const park = { verb: "io", what: "write quorum.N", then: "go" } as const;
  const blockOf = (next: unknown) => (next as { io: { block: string } }).io.block;
  expect(blockOf(runToy(writes, { kind: "misplace", at, park }).next)).toBe("quorum.4");
  const read = { ...park, what: "read quorum.N" };
  expect(blockOf(runToy(writes, { kind: "misplace", at, park: read }).next)).toBe("quorum.3");
});

test("each has a line of its own", () => {
  const park = { verb: "io", what: "write quorum.N", then: "go" } as const;
  expect(mutantKey({ kind: "forget", at, path: "server.term" })).toBe(
    "toy @ go: forget server.term",
  );
  expect(mutantKey({ kind: "misplace", at, park })).toBe("toy @ go: misplace io write quorum.N");
});

describe("in runs", () => {
  const sites = newSites();
  const candidate = (key: string): Candidate => candidateIn(sites, key);
  beforeAll(() => {
    for (let n = 0; n < 2; n++) learnSmall(sites, `values:${n}`, () => true);
  });

  test("learning what steps change changes nothing, and only where it is asked", () => {
    const { hash, events } = tryPlan(smallPlan("values:0"));
    expect(sites.bases.get("values:0")).toMatchObject({ hash, events });
    const without = newSites();
    const place = "scoutfs_omap_add_rid @ add";
    learnSmall(without, "values:0", (key) => key === place);
    const forgets = valuesOf(without).filter(([, { mutant }]) => mutant.kind === "forget");
    expect(forgets.map(([key]) => key)).toEqual([`${place}: forget omap.rids`]);
  });

  test("values are a family of their own", () => {
    const keys = valuesOf(sites).map(([key]) => key);
    expect(keys).toContain("scoutfs_net_recv_worker @ next: forget net.conns[*].recvSeq");
    expect(keys).toContain("scoutfs_omap_add_rid @ add: forget omap.rids");
    expect(keys).toContain("scoutfs_quorum_worker @ hear: forget locals.qst.timeoutAt");
    const others = chosenOf(sites).map(([, { mutant }]) => mutant.kind);
    expect(others.filter((kind) => kind === "forget" || kind === "misplace")).toEqual([]);
  });

  test.each([
    ["update_quorum_block @ write: misplace io write quorum.N", "QRM5"],
    ["scoutfs_quorum_worker @ hear: forget locals.qst.timeoutAt", "QRM2"],
    ["delete_mounted_client @ delete: forget server.dirtySuper.mountedClients", "RCL1"],
  ])("kills %s", (key, promise) => {
    const { changed, killed } = huntMutant(sites, candidate(key), key, 2);
    expect([changed > 0, killed?.promise]).toEqual([true, promise]);
    expect(killedBy(sites, candidate(key), new Set([promise]), 2)?.promise).toBe(promise);
  });

  test("spares what is only for show", () => {
    const key = "scoutfs_quorum_worker @ announced: forget quorum.info.show.role";
    const { idle, changed, killed } = huntMutant(sites, candidate(key), key, 2);
    expect({ idle, changed, killed }).toEqual({ idle: false, changed: 0, killed: undefined });
  });
});
