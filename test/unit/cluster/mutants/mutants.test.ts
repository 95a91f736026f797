// Mutants: what is learned of a model by running it, what each kind of mutant does to a step, and
// that a hunt kills those that break a promise and spares one that changes nothing.

import { beforeAll, describe, expect, test } from "vitest";
import type { Effect } from "../../../../sim/cluster/mutants/effects.ts";
import { huntMutant, killedBy } from "../../../../sim/cluster/mutants/hunt.ts";
import { judges } from "../../../../sim/cluster/mutants/killers.ts";
import {
  type Mutant,
  mutantKey,
  mutated,
  orderMatters,
} from "../../../../sim/cluster/mutants/mutants.ts";
import {
  type Candidate,
  chosenOf,
  newSites,
  notReached,
  seedsToTry,
} from "../../../../sim/cluster/mutants/sites.ts";
import { spying } from "../../../../sim/cluster/mutants/spy.ts";
import { isEnough, type Report, reportLines } from "../../../../sim/cluster/mutants/table.ts";
import { isAtRest } from "../../../../sim/cluster/plan/calm.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import { unrest } from "../../../../sim/cluster/plan/rest.ts";
import type { Plan } from "../../../../sim/cluster/plan/types.ts";
import { tryPlan } from "../../../../sim/cluster/trial/trial.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import type { Model } from "../../../../sim/cluster/world/variants.ts";
import { putBlock } from "../../../../sim/engine/device.ts";
import { done, type Out, us } from "../../../../src/core/index.ts";
import type { Scoutfs } from "../../../../src/protocol.ts";
import type { AnyStep } from "../../../../src/variants/types.ts";
import { candidateIn, learnSmall, smallPlan as plan } from "./small-plan.ts";

const run: AnyStep = (_l, _m, out) => {
  const o = out as unknown as Record<string, (...args: unknown[]) => unknown>;
  const queued = o.queueWork?.("q", ["a", 1]);
  o.wake?.("w");
  o.queueWork?.("q", ["a", 2]);
  o.cancelWork?.("a");
  if (queued === undefined) out.armTimer("recov_timer_callback", us(1));
  return done({ value: queued });
};
/** Asks a neighbour, queues, and hands itself over. */
const asks: AnyStep = (_l, m, out) => {
  if (out.api.serverIsDown(m)) out.queueWork("server.wq", "farewell_worker");
  return { io: { op: "write", block: "quorum.3", content: {} }, then: "after" } as never;
};
const after: AnyStep = (_l, _m, out) => {
  out.wake("server.waitq");
  return done();
};
const asking = {
  programs: [{ name: "toy", steps: { go: asks, after }, waits: {} }],
  rules: {},
} as unknown as Model;

const toy = {
  programs: [{ name: "toy", steps: { go: run }, waits: {} }],
  rules: { isIt: () => true, how: () => "well" },
} as unknown as Model;
const at = { program: "toy", label: "go" };
const effect = (verb: Effect["verb"], what: string, queue?: string): Effect => ({
  ...{ verb, what, queue },
});
const queueA = effect("queueWork", "a", "q");

function stepOf(model: Model, label: string): AnyStep {
  const step = model.programs[0]?.steps[label];
  if (step === undefined) throw new Error(`the toy has no step ${label}`);
  return step;
}

/** What the toy's step does to others, and what it returns. */
function effectsOf(model: Model): readonly unknown[] {
  const did: unknown[] = [];
  const verb = (name: string) => (what: unknown, of?: unknown) => {
    did.push(`${name} ${what}${of === undefined ? "" : ` ${of}`}`);
    return name === "queueWork" ? "queued" : undefined;
  };
  const names = ["queueWork", "wake", "cancelWork"];
  const verbs = Object.fromEntries(names.map((name) => [name, verb(name)]));
  const out = { ...verbs, api: { serverIsDown: () => true } };
  const step = model.programs[0]?.steps.go as AnyStep;
  const next = step({}, {} as never, out as unknown as Out<Scoutfs>, {});
  return [...did, next];
}

describe("a mutant", () => {
  test("drops an effect wherever its step has it, and the step thinks that it happened", () => {
    expect(effectsOf(mutated(toy, { kind: "drop", at, effect: queueA }))).toEqual([
      ...["wake w", "cancelWork a", done({ value: true })],
    ]);
  });

  test("swaps an effect with the one right after it, and with no other", () => {
    const swap: Mutant = { kind: "swap", at, effect: queueA, next: effect("cancelWork", "a") };
    const ends = done({ value: true });
    expect(effectsOf(mutated(toy, swap))).toEqual([
      ...["queueWork q a,1", "wake w", "cancelWork a", "queueWork q a,2", ends],
    ]);
  });

  test("negates a rule for the worlds that it is bound to, and nowhere else", () => {
    const rules = mutated(toy, { kind: "negate", rule: "isIt" }).rules as unknown as typeof own;
    const own = toy.rules as unknown as { isIt(): boolean; how(): string };
    expect([rules.isIt(), rules.how(), own.isIt()]).toEqual([false, "well", true]);
  });

  test("denies an answer, skips a write, and swaps what is queued with it", () => {
    const asked = (mutant: Mutant) => {
      const model = mutated(asking, mutant);
      const locals = {};
      const did: string[] = [];
      const out = {
        queueWork: (_q: string, work: string) => did.push(work),
        wake: (what: string) => did.push(what),
        api: { serverIsDown: () => true },
      } as unknown as Out<Scoutfs>;
      const run = (label: string) => stepOf(model, label)(locals, {} as never, out, {});
      const next = run("go");
      did.push(typeof next === "string" ? next : "writes");
      run("after");
      return did;
    };
    const work = effect("queueWork", "farewell_worker", "server.wq");
    const write = { verb: "io", what: "write quorum.N", then: "after" } as const;
    const rest = ["writes", "server.waitq"];
    expect(asked({ kind: "deny", at, question: "serverIsDown" })).toEqual(rest);
    const skip = asked({ kind: "skip", at, park: write });
    expect(skip).toEqual(["farewell_worker", "after", "server.waitq"]);
    const swap = asked({ kind: "swap", at, effect: work, next: write });
    expect(swap).toEqual(["writes", "farewell_worker", "server.waitq"]);
  });

  test("has a line of its own", () => {
    const next = effect("cancelWork", "a");
    expect(mutantKey({ kind: "swap", at, effect: queueA, next })).toBe(
      "toy @ go: swap queueWork a and cancelWork a",
    );
    expect(mutantKey({ kind: "negate", rule: "isIt" })).toBe("negate isIt");
  });

  test("swaps what is done to the same thing or queue, since only that has an order", () => {
    expect(orderMatters(queueA, effect("cancelWork", "a"))).toBe(true);
    expect(orderMatters(queueA, effect("queueWork", "b", "q"))).toBe(true);
    expect(orderMatters(queueA, effect("queueWork", "b", "r"))).toBe(false);
    expect(orderMatters(queueA, effect("wake", "a"))).toBe(false);
    expect(orderMatters(effect("send", ""), effect("shutdown", ""))).toBe(true);
    expect(orderMatters(effect("armTimer", "t"), effect("disarmTimer", "t"))).toBe(true);
    expect(orderMatters(effect("armTimer", "t"), effect("disarmTimer", "u"))).toBe(false);
  });
});

describe("a spy", () => {
  test("tells effects, pairs of them and answers", () => {
    const told: string[] = [];
    const model = spying(toy, {
      effect(_at, { verb, what }, act) {
        told.push(`${verb} ${what}`);
        return act();
      },
      pair: (_at, x, y) => told.push(`${x.verb} before ${y.verb}`),
      hear: (_at, question) => told.push(`asks ${question}`),
      park: (_at, { verb, what }) => told.push(`${verb} ${what}`),
      waits: () => told.push("waits"),
      given: () => told.push("is given"),
      answer: (rule, answer) => told.push(`${rule}: ${answer}`),
      looks: () => false,
      changes: () => told.push("changes"),
    });
    effectsOf(model);
    (model.rules as unknown as { how(): string }).how();
    expect(told).toEqual([
      ...["queueWork a", "queueWork before wake", "wake w"],
      ...["wake before queueWork", "queueWork a", "queueWork before cancelWork", "cancelWork a"],
      "how: well",
    ]);
  });
});

const SECOND = 1_000_000;

describe("a hunt for mutants", () => {
  const sites = newSites();
  const candidate = (key: string): Candidate => candidateIn(sites, key);
  beforeAll(() => {
    for (let n = 0; n < 3; n++) learnSmall(sites, `mutants:${n}`);
  });

  test("learns from runs that pass, and changes nothing of them", () => {
    expect([sites.failing, sites.bases.size]).toEqual([0, 3]);
    const { hash, events } = tryPlan(plan("mutants:0"));
    expect(sites.bases.get("mutants:0")).toMatchObject({ hash, events });
  });

  test("goes by places: what brings its step a value is not skipped", () => {
    const keys = chosenOf(sites).map(([key]) => key);
    expect(keys).toContain("update_quorum_block @ write: skip io write quorum.N");
    expect(keys).toContain("scoutfs_quorum_worker @ campaign: deny serverIsDown");
    expect(keys).toContain("server_hold_commit @ wait held: skip");
    expect(keys.filter((key) => key.includes("skip io read"))).toEqual([]);
  });

  test.each([
    ["scoutfs_quorum_worker @ checkUp: deny serverIsUp", "SRV1"],
    ["scoutfs_recov_finish @ finish: deny recovFinish", "RCV1"],
    ["negate isAnswered", "FNC2"],
    ["negate mayVote", "QRM1"],
    ["client_farewell_response @ complete: drop wake client.farewell", "LIVE"],
    ["scoutfs_net_connect_worker @ establish: drop wake conn.waitq", "WAK1"],
    ["stop_server @ swap: drop wake server.waitq", "WAK1"],
    ["negate isDuplicateFence", "FNC2"],
    ["negate sendsAfterForcedUnmount", "ISO1"],
  ])("kills %s", (key, promise) => {
    const { killed } = huntMutant(sites, candidate(key), key, 3);
    expect(killed?.promise).toBe(promise);
  });

  test("tries the busiest of the seeds first, and each once", () => {
    const times = new Map(Object.entries({ a: 1, b: 1, c: 9 }));
    const mutant = { kind: "negate", rule: "r" } as const;
    const c: Candidate = { mutant, by: "", idleSeeds: [], seeds: ["a", "b", "c"], times };
    expect(seedsToTry(c)).toEqual(["c", "a", "b"]);
  });

  test("spares what changes no run", () => {
    const key = "scoutfs_fence_free @ wake: drop wake fence.waitq";
    const { idle, changed, killed } = huntMutant(sites, candidate(key), key, 2);
    expect({ idle, changed, killed }).toEqual({ idle: true, changed: 0, killed: undefined });
  });

  test("hears a monitor that others forestall, and no other", () => {
    const killing = candidate("client_farewell_response @ complete: drop wake client.farewell");
    expect(killedBy(sites, killing, new Set(["REST"]), 1)?.promise).toBe("REST");
    expect(killedBy(sites, killing, new Set(["QRM1"]), 1)).toBeUndefined();
  });

  test("knows of effects and rules that no run came to", () => {
    const nowhere = notReached(toy, newSites());
    expect(nowhere).toEqual(["negate isIt", "negate how", "toy @ go: drop armTimer"]);
  });
});

describe("a report on mutants", () => {
  const verdict = (key: string, promise?: string): Report["verdicts"][number] => ({
    ...{
      key,
      mutant: { kind: "negate", rule: key },
      room: "net",
      runs: 2,
      changed: 1,
      idle: false,
    },
    killed: promise === undefined ? undefined : { promise, place: "", text: "", seed: "s" },
  });
  const killed = ["a", "b", "c", "d"].map((key) => verdict(key, "LIVE"));
  const allExplained = Object.fromEntries(judges().map((promise) => [promise, "it is only a toy"]));
  const report = (verdicts: Report["verdicts"], reasons: Report["reasons"]): Report => ({
    ...{ verdicts, reasons, notReached: [], alsoBroken: new Map<string, string>(), complete: true },
    ...{ values: [], valuesFound: 0, silences: allExplained },
  });
  const why = { e: "rare: it takes two faults" };

  test("is content with four in five killed and the rest explained", () => {
    expect(isEnough(report([...killed, verdict("e")], why))).toBe(true);
    expect(isEnough(report([...killed, verdict("e")], {}))).toBe(false);
    expect(isEnough(report([...killed.slice(1), verdict("e")], why))).toBe(false);
    expect(isEnough(report([], {}))).toBe(false);
  });

  test("asks why a monitor kills nothing, when all were tried", () => {
    const whole = report([...killed, verdict("e")], why);
    expect(isEnough({ ...whole, silences: { ...allExplained, ISO1: undefined } as never })).toBe(
      false,
    );
    expect(isEnough({ ...whole, silences: {}, complete: false })).toBe(true);
    expect(reportLines({ ...whole, silences: {} })).toContain("ISO1: no reason is written down");
  });

  test("tells of values how many were tried, and bears those that live", () => {
    const values = [verdict("v", "ISO1"), { ...verdict("w"), changed: 0 }, verdict("x")];
    const lines = reportLines({ ...report(killed, {}), values, valuesFound: 9 });
    expect(lines.join("\n")).toMatch(/^3 of 9 were tried/m);
    expect(lines.join("\n")).toMatch(/^net +3 +2 +1 +33 % +50 %$/m);
    expect(isEnough({ ...report(killed, {}), values, valuesFound: 9 })).toBe(true);
    expect(isEnough({ ...report([], {}), values, valuesFound: 9 })).toBe(true);
  });

  test("leaves out what changes no run and is said to be equivalent", () => {
    const same = { ...verdict("f"), changed: 0 };
    const three = [...killed.slice(1), same];
    expect(isEnough(report(three, { f: "equivalent: nobody waits there" }))).toBe(true);
    expect(isEnough(report(three, { f: "rare: it takes two faults" }))).toBe(false);
    const changes = [...killed.slice(1), verdict("f")];
    expect(isEnough(report(changes, { f: "equivalent: nobody waits there" }))).toBe(false);
  });

  test("leaves out what is proved, though runs differ", () => {
    const three = [...killed.slice(1), verdict("f")];
    expect(isEnough(report(three, { f: "proved: who is woken looks and parks again" }))).toBe(true);
  });

  test("says the figure of all, of what changed a run and of what is not equivalent", () => {
    const same = { ...verdict("f"), changed: 0 };
    const proved = { f: "proved: who is woken looks and parks again" };
    const lines = reportLines(report([...killed, same, verdict("g")], proved));
    expect(lines).toContain("4 of 6 that were reached: 66 %");
    expect(lines).toContain("4 of 5 that changed a run: 80 %");
    expect(lines).toContain("4 of 5 that are not equivalent: 80 %");
  });

  test("names survivors with their reasons, and reasons that nobody needs", () => {
    const lines = reportLines(report([...killed, verdict("e")], { ...why, a: "rare: x", z: "y" }));
    expect(lines).toContain("  rare: it takes two faults");
    expect(lines).toContain("a: it is killed by LIVE");
    expect(lines).toContain("z: no run comes to such a mutant");
    expect(lines.join("\n")).toMatch(/^net +0 +5 +0 +0 +4 +80 % +80 %$/m);
  });
});

describe("a run that must come to rest", () => {
  test("breaks REST when a mount that is left has not", () => {
    const w = planWorld(plan("rest"), []);
    w.runFor(120 * SECOND);
    expect(unrest(w, plan("rest"))).toBeUndefined();
    const leader = leaderOf(w);
    w.mount(leader).state.server.status = "STARTING";
    expect(unrest(w, plan("rest"))?.text).toContain("server is STARTING; the servers are: none");
    expect(unrest(w, { ...plan("rest"), budget: "beyond" })).toBeUndefined();
    const { server, slot, super: sb } = w.mount(leader).state;
    server.status = "UP";
    slot.users = 1;
    expect(unrest(w, plan("rest"))?.text).toContain("has 1 call under way");
    expect(isAtRest(w, plan("rest"))).toBe(false);
    sb.forcingUnmount = true;
    expect(unrest(w, plan("rest"))).toBeUndefined();
  });

  test("is not at rest while an inode is left that nobody has open, where mounts scan", () => {
    const scanned: Plan = {
      ...plan("rest"),
      cluster: { ...plan("rest").cluster, orphanScanDelayMs: 2000 },
    };
    const w = planWorld(scanned, []);
    w.runFor(120 * SECOND);
    expect(isAtRest(w, scanned)).toBe(true);
    const items = [{ ino: 5, nlink: 0, orphan: true }];
    putBlock(w.device(), "inode.group.0", { kind: "inodes", items } as never);
    expect([isAtRest(w, scanned), isAtRest(w, plan("rest"))]).toEqual([false, true]);
    w.runFor(10 * SECOND);
    expect(isAtRest(w, scanned)).toBe(true);
  });
});

const leaderOf = (w: ClusterWorld): number =>
  Array.from({ length: w.mountCount }, (_, id) => id).find(
    (id) => w.peekMount(id).alive && w.peekMount(id).state.server.status === "UP",
  ) ?? -1;
