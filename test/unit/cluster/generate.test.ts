// What every generated plan is, whoever draws it, and that plans of all kinds come.

import { readFileSync } from "node:fs";
import { posix } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generatePlan } from "../../../sim/cluster/generate.ts";
import { misfitOf } from "../../../sim/cluster/plan/file.ts";
import type { Plan, PlanStep } from "../../../sim/cluster/plan/types.ts";
import { planOf } from "../../../sim/cluster/trial/trial.ts";
import { variants } from "../../../src/variants/index.ts";
import { planArbitrary } from "../../support/plans.ts";

const LASTING_US = 500_000;
const plans = Array.from({ length: 2000 }, (_, n) => generatePlan(`plans:${n}`));
const share = (isSo: (plan: Plan) => boolean): number => plans.filter(isSo).length / plans.length;

function check(plan: Plan): void {
  expect(misfitOf(plan)).toBeUndefined();
  const times = plan.steps.map(({ atUs }) => atUs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.every((at) => Number.isInteger(at) && at >= 0 && at < plan.endUs)).toBe(true);
  const late = plan.steps.some((step) => step.do === "late-write");
  if (late || plan.cluster.agent === "lying") expect(plan.budget).toBe("beyond");
}

describe("a generated plan", () => {
  test("fits together, is in order and keeps to its budget", () => {
    for (const plan of plans) check(plan);
    fc.assert(fc.property(planArbitrary(), check));
  });

  test("shrinks to one mount that nothing happens to", () => {
    const failing = fc.check(fc.property(planArbitrary(), (_: Plan) => false));
    const plan = failing.counterexample?.[0];
    expect(plan?.steps).toEqual([{ atUs: 0, do: "mount", n: 0 }]);
    expect(plan?.budget).toBe("survivable");
  });

  test("is the same with any variants, for it is made before they are looked at", () => {
    const all = variants.map(({ id }) => id);
    for (const seed of ["a", "b", "c"]) {
      expect(planOf(seed, all)).toEqual({ ...planOf(seed, []), variants: all });
    }
  });

  test("has steps of every kind, and each feature is left out of most plans", () => {
    const kinds = new Set(plans.flatMap(({ steps }) => steps.map((step) => step.do)));
    expect([...kinds].sort()).toEqual([
      ...["agent-down", "agent-fails", "clock", "clog", "create-inode", "cut-all"],
      ...[
        "cut-datagrams",
        "cut-one-way",
        "cut-pair",
        "cut-streams",
        "delay",
        "fail-io",
        "force-umount",
      ],
      ...[
        "heartbeat-timeout",
        "interrupt-mount",
        "late-write",
        "mount",
        "open-inode",
        "pause",
        "power-off",
        "preempt",
      ],
      ...[
        "read-file",
        "rename-files",
        "request",
        "reset-client",
        "reset-streams",
        "slow",
        "slow-io",
        "stall-io",
      ],
      ...["statfs", "sync", "umount", "unlink-inode", "use-inode", "use-two-inodes", "write-file"],
    ]);
    for (const kind of kinds) {
      if (kind === "mount" || kind.endsWith("umount")) continue;
      const having = share(({ steps }) => steps.some((step) => step.do === kind));
      expect(having, kind).toBeGreaterThan(0.005);
      expect(having, kind).toBeLessThan(0.5);
    }
  });

  test("has load in some, heavy in a few, from the start on and after what happens", () => {
    const bursts = ({ steps }: Plan) => steps.flatMap((step) => ("everyUs" in step ? [step] : []));
    const loaded = share((plan) => bursts(plan).length > 0);
    expect(loaded).toBeGreaterThan(0.3);
    expect(loaded).toBeLessThan(0.5);
    const many = ({ times, everyUs }: { readonly times: number; readonly everyUs: number }) =>
      times > 10 && everyUs < LASTING_US;
    const heavy = share((plan) => bursts(plan).some(many));
    expect(heavy).toBeGreaterThan(0.05);
    expect(heavy).toBeLessThan(0.2);
    const throughout = share((plan) =>
      bursts(plan).some(({ times, everyUs }) => times > 30 && everyUs === LASTING_US),
    );
    expect(throughout).toBeGreaterThan(0.1);
    const meets = share((plan) =>
      bursts(plan).some((x, i, all) => {
        const next = all[i + 1];
        return next?.atUs === x.atUs && next.do === x.do && next.n !== x.n;
      }),
    );
    expect(meets).toBeGreaterThan(0.1);
    expect(share(({ cluster }) => cluster.lockIdleCount !== undefined)).toBeGreaterThan(0.1);
    expect(share(({ cluster }) => cluster.orphanScanDelayMs !== undefined)).toBeGreaterThan(0.1);
  });

  test("does not have moves pile up at one moment far behind all others", () => {
    const last = ({ steps }: Plan) => (steps.at(-1)?.atUs ?? 0) / 1_000_000;
    expect(share((plan) => [40, 80, 120].includes(last(plan)))).toBeLessThan(0.01);
  });

  test("lets crowds leave together, and some of them come back", () => {
    const leave = ({ steps }: Plan) => steps.filter((step) => step.do.endsWith("umount"));
    const together = share((plan) => {
      const times = leave(plan).map(({ atUs }) => atUs);
      return plan.cluster.mounts > 2 && times.some((at, i) => times[i + 2] === at);
    });
    expect(together).toBeGreaterThan(0.01);
    expect(share(({ cluster }) => cluster.tcpTimeoutMs !== undefined)).toBeGreaterThan(0.2);
  });

  test("has crowds that leave while answers are on their way to them", () => {
    const asksAndGoes = ({ steps }: Plan): boolean =>
      steps.some(
        (x) =>
          x.do === "request" &&
          x.n >= 0 &&
          steps.some((y) => {
            const soon = y.atUs >= x.atUs && y.atUs <= x.atUs + 10_000;
            return y.do === "force-umount" && y.n === x.n && soon;
          }),
      );
    expect(share(asksAndGoes)).toBeGreaterThan(0.05);
    const none = plans.map((plan) => ({ ...plan, steps: plan.steps.filter((s) => s.atUs === 0) }));
    expect(none.some(asksAndGoes)).toBe(false);
  });

  test("loses some together that the majority can do without, while they use an inode", () => {
    const losesAtWork = ({ cluster: { mounts, slots }, steps }: Plan): boolean => {
      const others = mounts - Math.floor(slots / 2) - 1;
      const uses = (goes: PlanStep) => (s: PlanStep) =>
        s.do === "use-inode" &&
        "n" in goes &&
        s.n === goes.n &&
        s.forUs === 1_000_000 &&
        s.atUs <= goes.atUs;
      const lost = steps.filter((s) => s.do === "force-umount" && steps.some(uses(s)));
      return others > 1 && lost.length >= others;
    };
    expect(share(losesAtWork)).toBeGreaterThan(0.05);
    expect(share(losesAtWork)).toBeLessThan(0.3);
  });

  test("shuts some clusters down for good: everybody leaves last, and something ails them", () => {
    const isShutDown = ({ shutDown }: Plan) => shutDown === true;
    expect(share(isShutDown)).toBeGreaterThan(0.05);
    expect(share(isShutDown)).toBeLessThan(0.2);
    let ailing = 0;
    for (const { cluster, steps } of plans.filter(isShutDown)) {
      const all = Array.from({ length: cluster.mounts }, (_, n) => n);
      const firstUs = Math.min(...steps.filter((s) => s.atUs >= 20_000_000).map((s) => s.atUs));
      const late = steps.filter(({ atUs }) => atUs >= firstUs);
      const leave = (n: number) => late.some((s) => s.do === "umount" && s.n === n);
      expect(all.every(leave)).toBe(true);
      if (late.some((s) => ["cut-all", "pause", "stall-io"].includes(s.do))) ailing++;
    }
    expect(ailing).toBeGreaterThan(20);
  });

  test("asks for what goes: files that are removed, locks that are given back", () => {
    const again = ({ steps }: Plan): boolean =>
      steps.some((x) => {
        if (x.do !== "unlink-inode") return false;
        const asks = (y: PlanStep) =>
          y.do === "open-inode" && y.ino === x.ino && y.atUs >= x.atUs && y.atUs <= x.atUs + 20_000;
        return steps.some(asks);
      });
    expect(share(again)).toBeGreaterThan(0.05);
    const behind = ({ steps }: Plan): boolean =>
      steps.some((x) => {
        if (x.do !== "read-file" && x.do !== "write-file") return false;
        const follows = (y: PlanStep) =>
          y.do === "read-file" &&
          y.ino === x.ino &&
          y.n !== x.n &&
          y.times > 32 &&
          y.times === x.times &&
          y.atUs > x.atUs &&
          y.atUs < x.atUs + (x.times - 1) * x.everyUs;
        return steps.some(follows);
      });
    expect(share(behind)).toBeGreaterThan(0.005);
  });

  test("has clusters of all shapes, the small ones most often", () => {
    expect(share(({ cluster }) => cluster.slots <= 5)).toBeGreaterThan(0.85);
    expect(share(({ cluster }) => cluster.slots === 15)).toBeGreaterThan(0);
    expect(share(({ cluster }) => cluster.mounts > cluster.slots)).toBeGreaterThan(0.2);
    const shared = ({ cluster: { hosts, mounts } }: Plan) => hosts > 1 && hosts < mounts;
    expect(share(shared)).toBeGreaterThan(0.03);
    const beyond = share(({ budget }) => budget === "beyond");
    expect(beyond).toBeGreaterThan(0.01);
    expect(beyond).toBeLessThan(0.08);
  });
});

/** All files that are loaded with this one: types come along with nothing. */
function loadedWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = readFileSync(path, "utf8");
  for (const [, from = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?"(\.[^"]+)";/gms)) {
    loadedWith(posix.join(posix.dirname(path), from), seen);
  }
  return seen;
}

describe("the generator", () => {
  test("knows no variant: nothing that it loads is one or leads to one", () => {
    const loaded = [...loadedWith("sim/cluster/generate.ts")];
    expect(loaded).toContain("sim/cluster/generate/sketch.ts");
    expect(loaded).toContain("sim/engine/chooser/seeded.ts");
    // the places of the plain model, which are the same whatever is bound to it
    expect(loaded).toContain("src/programs.ts");
    expect(loaded.filter((path) => /variant/.test(path))).toEqual([]);
    // the look would find them
    const runner = [...loadedWith("sim/cluster/trial/trial.ts")];
    expect(runner.some((path) => path.startsWith("src/variants/"))).toBe(true);
  });
});
