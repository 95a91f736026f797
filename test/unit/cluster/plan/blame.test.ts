// Whom the faults of a plan touch: who is on the host, and whom a server keeps waiting.

import { expect, test } from "vitest";
import { LEADER, type PlanStep } from "../../../../sim/cluster/plan/types.ts";
import { entries, MOUNTS, SECOND, STILL, worldOf } from "./three-mounts.ts";

const at = SECOND;
const forUs = SECOND;
const host = 1;

test.each([
  [{ do: "cut-pair", host: 0, peer: 2 } as const, [1]],
  [{ do: "stall-io", host: 1 } as const, [1]],
  [{ do: "stall-io", host: 2 } as const, []],
  [{ do: "stall-io", host: LEADER, forUs: 7 * SECOND } as const, [1]],
  [{ do: "stall-io", host: LEADER, forUs: 6.9 * SECOND } as const, []],
  [{ do: "slow-io", host: LEADER, permille: STILL, forUs: 7 * SECOND } as const, [1]],
  [{ do: "slow-io", host: LEADER, permille: STILL, forUs: 6.9 * SECOND } as const, []],
  [{ do: "slow-io", host: LEADER, permille: 3000, forUs: 7 * SECOND } as const, []],
  [{ do: "agent-down", host: 1 } as const, []],
])("touch who comes while they last: %j", (fault, touched) => {
  const leaves = { atUs: 2 * SECOND, do: "umount", n: 1 } as const;
  const lasts = { atUs: 5 * SECOND, forUs: 3 * SECOND, ...fault } as PlanStep;
  const comes = (atUs: number) => ({ atUs, do: "mount", n: 1 }) as const;
  const newcomers = (atUs: number) => {
    const w = worldOf(leaves, lasts, comes(atUs));
    w.runFor(5.5 * SECOND);
    const told = entries(w, 30 * SECOND).filter(({ kind }) => kind === "fault");
    return told.map(({ mount }) => mount).filter((id) => id >= MOUNTS + MOUNTS);
  };
  expect(newcomers(6 * SECOND)).toHaveLength(touched.length);
  expect(newcomers(20 * SECOND)).toEqual([]);
});

test.each([
  [{ do: "slow-io", permille: STILL } as const, 6 * SECOND, [1]],
  [{ do: "slow-io", permille: STILL } as const, 5 * SECOND, []],
  [{ do: "slow-io", permille: 300_000 } as const, 6 * SECOND, []],
  [{ do: "stall-io" } as const, 6 * SECOND, [1]],
])(
  "of a server that cannot write touch whom nobody has let in yet: %j",
  (fault, forUs, touched) => {
    const upon = { what: "server_greeting", skip: 0, afterUs: 1 } as const;
    const steps: PlanStep[] = [
      { atUs: 2 * SECOND, do: "umount", n: 1 },
      { atUs: 5 * SECOND, do: "mount", n: 1 },
      { ...fault, atUs: 5 * SECOND, host: LEADER, forUs, upon },
    ];
    const all = entries(worldOf(...steps), 9 * SECOND);
    const told = all.filter(({ kind, at }) => kind === "fault" && at > 5 * SECOND);
    const newcomers = told.filter(({ mount }) => mount >= MOUNTS + MOUNTS);
    expect(newcomers).toHaveLength(touched.length);
  },
);

test("a host that is slow enough for long enough touches all", () => {
  const told = (permille: number, lastsUs: number) => {
    const slow: PlanStep = { atUs: at, do: "slow", host, forUs: lastsUs, permille };
    return entries(worldOf(slow), 2 * SECOND).filter(({ kind }) => kind === "fault").length;
  };
  expect([told(STILL, 20 * SECOND), told(STILL, 19 * SECOND)]).toEqual([MOUNTS, 1]);
  expect(told(300_000, 20 * SECOND)).toBe(1);
});

const takeover = { atUs: 3 * SECOND, do: "power-off", host: LEADER, forUs: 0 } as const;
test.each([
  ["one that outlasts what is left of a recovery touches who is awaited", 1000, 6 * SECOND, 1],
  ["a shorter one nobody else", 1000, 6 * SECOND - 1, 0],
  ["nor one that begins when all have come who live", 29 * SECOND, 35 * SECOND, 0],
] as const)("stalled I/O of a server: %s", (_says, afterUs, lastsUs, others) => {
  const upon = { what: "start_recovery", skip: 0, afterUs } as const;
  const fault = { do: "stall-io", host: LEADER, forUs: lastsUs } as const;
  const stalls = { ...fault, atUs: takeover.atUs, upon } as const;
  const all = entries(worldOf(takeover, stalls), 50 * SECOND);
  const of = (...kinds: string[]) => all.filter(({ kind }) => kinds.includes(kind));
  const begun = of("path")[0]?.at;
  const dead = of("dead").map(({ mount }) => mount);
  const told = of("fault").filter(({ at, mount }) => at === begun && !dead.includes(mount));
  expect(told.map(({ mount }) => mount)).toContain(of("start_recovery").at(-1)?.mount);
  expect(told).toHaveLength(1 + others);
});

test("an agent's fault touches no mount", () => {
  const kinds = entries(worldOf({ atUs: at, do: "agent-down", host, forUs }), 3 * SECOND);
  expect(kinds.filter((e) => e.kind === "fault")).toEqual([]);
});
