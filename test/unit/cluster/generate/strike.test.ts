// Strikes: what is hit, when, how often, and that it is between a beginning and its answer.

import { describe, expect, test } from "vitest";
import { draw } from "../../../../sim/cluster/generate/gen.ts";
import { type Strike, strikeSteps, strikes } from "../../../../sim/cluster/generate/strike.ts";
import { generatePlan } from "../../../../sim/cluster/generate.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import {
  LEADER,
  NAMED,
  type Plan,
  type PlanStep,
  THERE,
} from "../../../../sim/cluster/plan/types.ts";
import { seeded } from "../../../../sim/engine/chooser.ts";
import { MemorySink } from "../../../../sim/engine/trace/trace.ts";
import { oneMember } from "../plan/one-member.ts";

const SECOND = 1_000_000;
const at = { atUs: 3 * SECOND, hosts: 3 };
const strike = {
  when: { is: "at", us: 0 },
  ...{ after: 0, first: undefined, back: undefined, skip: 1, whom: "named" },
  ...{ what: "server_greeting", harm: { do: "reset-client" }, hits: [0, 700] },
} as const satisfies Strike;
const { atUs } = at;

describe("a strike", () => {
  test("hits whom it is about each time, a little sooner or later", () => {
    const upon = (skip: number, afterUs: number) => ({ what: strike.what, skip, afterUs });
    expect(strikeSteps(strike, at)).toEqual([
      { atUs, do: "reset-client", n: NAMED, upon: upon(1, 0) },
      { atUs, do: "reset-client", n: NAMED, upon: upon(2, 700) },
    ]);
  });

  test("may come with the end of a server, and with who comes back", () => {
    const back = { us: SECOND, late: true };
    const steps = strikeSteps({ ...strike, first: "umount", back, whom: "there" }, at);
    expect(steps.slice(0, 2)).toEqual([
      { atUs, do: "umount", n: LEADER },
      { atUs: atUs + SECOND, do: "mount", n: LEADER },
    ]);
    expect(steps.slice(2).map((s) => [s.atUs, "n" in s && s.n])).toEqual([
      [atUs + SECOND, THERE],
      [atUs + SECOND, THERE],
    ]);
  });

  test("ends a mount in place of the only host", () => {
    const harm = { do: "power-off", forUs: 0 } as const;
    const kinds = (hosts: number) =>
      strikeSteps({ ...strike, first: "power-off", harm }, { atUs, hosts }).map((s) => s.do);
    expect(kinds(3)).toEqual(["power-off", "power-off", "power-off"]);
    expect(kinds(1)).toEqual(["force-umount", "force-umount", "force-umount"]);
  });

  test("makes a client greet again whose first greeting is not answered yet", () => {
    const base = generatePlan("strike");
    const mounts = [0, 1].map((n): PlanStep => ({ atUs: n * 1000, do: "mount", n }));
    const plan: Plan = {
      ...base,
      ...oneMember(2),
      steps: [...mounts, ...strikeSteps({ ...strike, skip: 0, hits: [0] }, { ...at, atUs: 0 })],
      calmAtUs: undefined,
    };
    const w = planWorld(plan, []);
    const sink = new MemorySink(100_000);
    w.trace.sink = sink;
    w.runFor(5 * SECOND);
    const greetings = sink.entries().filter((e) => e.kind === "server_greeting");
    const first = greetings[0]?.data as { readonly rid: number };
    const again = greetings.filter(({ data }) => "rid" in data && data.rid === first.rid);
    expect(again.map(({ data }) => "gr_term" in data && data.gr_term)).toEqual([0, 0]);
  });
});

describe("strikes", () => {
  const drawn = Array.from({ length: 400 }, (_, n) => draw(seeded(`${n}`), strikes));

  test("are of every kind, at every kind of beginning", () => {
    const all = drawn.flatMap(({ all }) => all);
    expect(new Set(all.map(({ what }) => what)).size).toBe(11);
    expect(new Set(all.map(({ harm }) => harm.do)).size).toBe(7);
  });

  test("lose a client at a change of servers where they have time to run their course", () => {
    const takeovers = drawn.flatMap(({ slow }) => (slow === undefined ? [] : [slow.takeover]));
    expect(takeovers.length).toBeGreaterThan(200);
    for (const { first, whom, what, hits } of takeovers) {
      expect(first).toBeDefined();
      expect({ whom, what }).toEqual({ whom: "named", what: "server_greeting" });
      expect(hits.length).toBeLessThan(3);
    }
    const plans = Array.from({ length: 100 }, (_, n) => generatePlan(`takeover:${n}`));
    const isHit = ({ cluster, steps }: Plan): boolean =>
      cluster.agentSlowUs >= 8 * SECOND &&
      steps.some((s) => s.upon?.what === "server_greeting" && "n" in s && s.n === NAMED);
    expect(plans.filter(isHit).length).toBeGreaterThan(10);
  });

  test("have plans of their own, and time to run their course in some of them", () => {
    const plans = Array.from({ length: 600 }, (_, n) => generatePlan(`strikes:${n}`));
    const share = (isSo: (p: Plan) => boolean) => plans.filter(isSo).length / plans.length;
    const isStruck = ({ steps }: Plan): boolean =>
      steps.some((s) => s.upon !== undefined && s.do === "reset-client");
    expect(share(isStruck)).toBeGreaterThan(0.15);
    expect(share(isStruck)).toBeLessThan(0.6);
    const lingers = ({ steps, calmAtUs = 0 }: Plan): boolean =>
      calmAtUs - Math.max(...steps.map((s) => s.atUs)) > 35 * SECOND;
    expect(share(lingers)).toBeGreaterThan(0.2);
  });
});
