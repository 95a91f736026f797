// What the steps of a plan do: each happens to whom it names, ends when it says, is passed over
// when it is impossible, and says whom it touches.

import { describe, expect, test } from "vitest";
import { monitorsFor } from "../../../../sim/cluster/plan/judged.ts";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import { LEADER, type Plan, type PlanStep } from "../../../../sim/cluster/plan/types.ts";
import type { ClusterWorld } from "../../../../sim/cluster/world/types.ts";
import { pathOf } from "../../../../sim/engine/device.ts";
import { entries, plan, SECOND, worldOf } from "./three-mounts.ts";

const latestOf = (w: ClusterWorld, n: number) =>
  Array.from({ length: w.mountCount }, (_, id) => w.peekMount(id)).findLast(
    (m) => m.state.slot.device === `dev${n}`,
  );
const isMounted = (w: ClusterWorld, n: number) => latestOf(w, n)?.state.slot.mounted === true;
const leaderOf = (w: ClusterWorld): number =>
  [0, 1, 2].findIndex((n) => latestOf(w, n)?.state.server.status === "UP");

const at = SECOND;
const forUs = SECOND;

describe("comings and goings", () => {
  test("name a mount, or the one that leads", () => {
    const w = worldOf({ atUs: 2 * SECOND, do: "umount", n: LEADER });
    w.runFor(SECOND);
    const leader = leaderOf(w);
    expect(leader).toBeGreaterThanOrEqual(0);
    w.runFor(2 * SECOND);
    expect([0, 1, 2].filter((n) => !isMounted(w, n))).toEqual([leader]);
  });

  test("a mount without a name is that of the one that left last", () => {
    // of one slot only: a majority has to stay while members of the quorum leave
    const { cluster, ...steps } = plan([
      { atUs: 5 * SECOND, do: "umount", n: 2 },
      { atUs: 20 * SECOND, do: "umount", n: 1 },
      { atUs: 35 * SECOND, do: "mount", n: LEADER },
    ]);
    const w = planWorld({ ...steps, cluster: { ...cluster, slots: 1 } }, []);
    w.runFor(50 * SECOND);
    expect([0, 1, 2].map((n) => isMounted(w, n))).toEqual([true, true, false]);
  });

  test("pass over what is impossible: a second mount at once, an unmount of nothing", () => {
    const again = { atUs: SECOND, do: "mount", n: 0 } as const;
    const gone = { atUs: 2 * SECOND, do: "umount", n: 1 } as const;
    const w = worldOf(again, gone, { ...gone, atUs: 3 * SECOND }, { ...gone, atUs: 3 * SECOND });
    const before = w.mountCount;
    w.runFor(4 * SECOND);
    expect(w.mountCount).toBe(before);
    expect(isMounted(w, 0)).toBe(true);
  });

  test("two mounts of one device at the same moment are one", () => {
    const w = worldOf(
      { atUs: SECOND, do: "umount", n: 1 },
      { atUs: 2 * SECOND, do: "mount", n: 1 },
      { atUs: 2 * SECOND, do: "mount", n: 1 },
    );
    const before = w.mountCount;
    w.runFor(3 * SECOND);
    expect(w.mountCount).toBe(before + 1);
  });

  test("^C ends a mount that is being mounted, and is nothing to one that is there", () => {
    const gone = { atUs: 2 * SECOND, do: "umount", n: 2 } as const;
    const comes = { atUs: 4 * SECOND, do: "mount", n: 2 } as const;
    const given = (n: number, atUs: number) => ({ do: "interrupt-mount", n, atUs }) as const;
    const mountedAfter = (...steps: readonly PlanStep[]) => {
      const w = worldOf(gone, comes, ...steps);
      w.runFor(8 * SECOND);
      return [0, 1, 2].map((n) => isMounted(w, n));
    };
    expect(mountedAfter()).toEqual([true, true, true]);
    expect(mountedAfter(given(2, 4 * SECOND + 1))).toEqual([true, true, false]);
    expect(mountedAfter(given(LEADER, 4 * SECOND + 1))).toEqual([true, true, false]);
    expect(mountedAfter(given(1, 4 * SECOND + 1), given(2, 7 * SECOND))).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("the heartbeat timeout of one mount changes while it is mounted", () => {
    const w = worldOf({ atUs: at, do: "heartbeat-timeout", n: 1, ms: 4000 });
    w.runFor(2 * SECOND);
    const of = (n: number) => latestOf(w, n)?.state.options.quorumHeartbeatTimeoutMs;
    expect([0, 1, 2].map(of)).toEqual([10_000, 4000, 10_000]);
  });
});

describe("what people ask of a mount", () => {
  const asked = (step: PlanStep) =>
    entries(worldOf(step), 3 * SECOND)
      .filter((e) => e.kind === "request")
      .map((e) => e.data as { what: string; error?: string });

  test("comes as many times at once as they are", () => {
    const answers = asked({ atUs: at, do: "request", n: 1, what: "statfs", size: 0, times: 3 });
    expect(answers.map(({ what, error }) => [what, error])).toEqual(
      Array(3).fill(["statfs", undefined]),
    );
  });

  test("takes a size, and may be refused for it", () => {
    const step = { atUs: at, do: "request", n: 1, what: "set_volopt", times: 1 } as const;
    expect(asked({ ...step, size: 2 ** 21 }).map((a) => a.error)).toEqual([undefined]);
    expect(asked({ ...step, size: 1 }).map((a) => a.error)).toEqual(["EINVAL"]);
  });

  test("uses inodes under their locks", () => {
    const step = { atUs: at, do: "use-inode", n: 1, ino: 7, mode: "write", forUs: 1000 } as const;
    const answers = asked({ ...step, times: 2 });
    expect(answers.map(({ error }) => error)).toEqual([undefined, undefined]);
  });
});

describe("a preemption", () => {
  test("concerns one mount, its running tasks too, and for its while only", () => {
    const w = worldOf({ atUs: at, do: "preempt", n: 1, within: 2, forUs });
    const countdowns = (id: number) =>
      w.peekMount(id).tasks.flatMap((task) => (task === undefined ? [] : [task.countdown]));
    w.runFor(at + forUs / 2);
    expect(w.peekMount(1).preemptWithin).toBe(2);
    expect(countdowns(1).length).toBeGreaterThan(0);
    expect(countdowns(1).every((n) => n === 1 || n === 2)).toBe(true);
    expect(countdowns(0).every((n) => n === 0)).toBe(true);
    w.runFor(forUs);
    expect(w.peekMount(1).preemptWithin).toBeUndefined();
    expect(countdowns(1).every((n) => n === 0)).toBe(true);
  });
});

describe("faults that pass", () => {
  const host = 1;
  const seen: [PlanStep, (w: ClusterWorld) => unknown, unknown, unknown][] = [
    [{ atUs: at, do: "pause", host, forUs }, (w) => w.peekHost(host).paused, false, true],
    [
      { atUs: at, do: "slow", host, forUs, permille: 3000 },
      (w) => w.peekHost(host).slowPermille,
      1000,
      3000,
    ],
    [
      { atUs: at, do: "stall-io", host, forUs },
      (w) => pathOf(w.peekDevice(), host).stalled,
      false,
      true,
    ],
    [
      { atUs: at, do: "slow-io", host, forUs, permille: 3000 },
      (w) => pathOf(w.peekDevice(), host).slowPermille,
      1000,
      3000,
    ],
    [
      { atUs: at, do: "fail-io", host, forUs, permille: 20 },
      (w) => pathOf(w.peekDevice(), host).failPermille,
      0,
      20,
    ],
  ];

  test.each(seen)("%o", (step, look, before, during) => {
    const w = worldOf(step);
    w.runFor(SECOND / 2);
    expect(look(w)).toBe(before);
    w.runFor(SECOND);
    expect(look(w)).toBe(during);
    w.runFor(SECOND);
    expect(look(w)).toBe(before);
  });

  test("say that they touch the mounts of the host, and when it is unfair", () => {
    const kinds = entries(worldOf({ atUs: at, do: "pause", host, forUs }), 3 * SECOND);
    const of = (kind: string) => kinds.filter((e) => e.kind === kind);
    expect(of("fault").map((e) => e.mount)).toEqual([1]);
    expect(of("unfair")).toHaveLength(1);
    expect(of("fair").map((e) => e.at)).toEqual([2 * SECOND]);
  });

  test.each([
    [{ do: "slow-io" } as const, 500 * 3],
    [{ do: "slow" } as const, 60 * 3],
  ])("are over when what began in them is: %j", (fault, echoUs) => {
    const step = { ...fault, atUs: at, host, forUs, permille: 3000 };
    const fair = entries(worldOf(step), 3 * SECOND).filter(({ kind }) => kind === "fair");
    expect(fair.map((e) => e.at)).toEqual([2 * SECOND + echoUs]);
  });

  test("a delay meets the next one who comes to its place, and ends with the calm", () => {
    const place = { program: "scoutfs_quorum_worker", label: "vote" } as const;
    const delay = { atUs: at, do: "delay", ...place, skip: 1, forUs: 3000 } as const;
    const [first, second] = entries(worldOf(delay), 3 * SECOND).filter((e) => e.kind === "held");
    expect(first?.data).toEqual({ ...place, byUs: 3000 });
    expect(second).toBeUndefined();
    const late = plan([{ ...delay, atUs: 2 * SECOND }], { calmAtUs: 2 * SECOND + 1 });
    expect(entries(planWorld(late, []), 9 * SECOND).filter((e) => e.kind === "held")).toEqual([]);
  });

  test("a delay at a place that is not there is one line", () => {
    const delay = { atUs: at, do: "delay", program: "farewell_worker", label: "x" } as const;
    const broken = () => worldOf({ ...delay, skip: 0, forUs });
    expect(broken).toThrow('farewell_worker has no label "x"; its labels are');
  });

  test("after failed I/O nothing is owed any more", () => {
    const step = { atUs: at, do: "fail-io", host, forUs, permille: 20 } as const;
    expect(entries(worldOf(step), 3 * SECOND).filter((e) => e.kind === "fair")).toEqual([]);
  });
});

describe("a late write", () => {
  test("lands although its host lost power before", () => {
    const w = worldOf(
      { atUs: at, do: "late-write", host: LEADER, forUs: 4 * SECOND },
      { atUs: 2 * SECOND, do: "umount", n: LEADER },
      { atUs: 3 * SECOND, do: "power-off", host: 0, forUs: 0 },
      { atUs: 3 * SECOND, do: "power-off", host: 1, forUs: 0 },
      { atUs: 3 * SECOND, do: "power-off", host: 2, forUs: 0 },
    );
    const all = entries(w, 8 * SECOND);
    const dead = all.filter((e) => e.kind === "dead" && e.at === 3 * SECOND).map((e) => e.mount);
    const landed = all.filter((e) => (e.data as { did?: string }).did === "land");
    const late = landed.filter((e) => dead.includes(e.mount) && e.at > 3 * SECOND);
    expect(late).toHaveLength(1);
    expect(late[0]?.at).toBeGreaterThanOrEqual(5 * SECOND);
  });
});

describe("a plan is judged", () => {
  const promises = (p: Plan) => monitorsFor(p).map((m) => m.promise);

  test("by everything, but what it tells an agent to break", () => {
    expect(promises(plan([]))).toContain("FNC4");
    const fails = plan([{ atUs: at, do: "agent-fails", host: 0, forUs }]);
    expect(promises(plan([])).filter((p) => !promises(fails).includes(p))).toEqual(["FNC4"]);
  });

  test("beyond the limits by what must be safe even there", () => {
    const beyond = promises(plan([], { budget: "beyond" }));
    expect(beyond).toEqual(expect.arrayContaining(["ISO1", "QRM1", "SRV3"]));
    for (const p of ["SRV1", "SRV2", "FNC3", "FNC4", "FNC5"]) expect(beyond).not.toContain(p);
  });
});
