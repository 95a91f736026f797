// Reads a plan that comes from a file: its shape, its ranges, and that its parts fit together. What
// passes here can be run; what does not is told with the path of the broken field.

import * as v from "valibot";
import type { AgentHabit } from "../../../src/fenced/types.ts";
import { SCOUTFS_QUORUM_MAX_SLOTS } from "../../../src/quorum/config.ts";
import {
  SCOUTFS_QUORUM_MAX_HB_TIMEO_MS,
  SCOUTFS_QUORUM_MIN_HB_TIMEO_MS,
} from "../../../src/quorum/timing.ts";
import { requestNames } from "../people/requests.ts";
import { LEADER, PLAN_FORMAT, type Plan, type PlanStep } from "./plan.ts";
import { MAX_TIMES, MILESTONES, NAMED, type Upon } from "./types.ts";

/** What is wrong with data, and where: `plan.steps.3.host`. */
export interface Problem {
  readonly path: string;
  readonly text: string;
}

const MAX_MOUNTS = 64;
const MAX_STEPS = 10_000;
const MAX_SKIP = 10_000;
const DAY_US = 24 * 3600 * 1_000_000;
const PERMILLE = 1000;
/** A delay drawn on the slowest host still fits a draw, which is below 2^31. */
const MAX_DELAY_US = 2_000_000;
const MAX_FACTOR = 1_000_000;
const MIN_START_US = 5;
const MAX_INT = 0x7fffffff;
/** A few of these, one apart from another, are still whole numbers. */
const MAX_INO = 1e12;
const MIN_TCP_TIMEOUT_MS = 3001;
const MIN_IDLE_COUNT = 32;
const MAX_IDLE_COUNT = 100_000;

export const whole = (min: number, max: number) =>
  v.custom<number>(
    (x) => Number.isSafeInteger(x) && (x as number) >= min && (x as number) <= max,
    `expected a whole number from ${min} to ${max}`,
  );

const timeUs = whole(0, DAY_US);
const delayUs = whole(0, MAX_DELAY_US);
const indexOrLeader = whole(NAMED, MAX_MOUNTS - 1);
const heartbeatTimeoutMs = whole(SCOUTFS_QUORUM_MIN_HB_TIMEO_MS, SCOUTFS_QUORUM_MAX_HB_TIMEO_MS);
const chance = whole(0, PERMILLE);
const factor = whole(1, MAX_FACTOR);

const anyHabit: Readonly<Record<AgentHabit, AgentHabit>> = {
  honest: "honest",
  absent: "absent",
  failing: "failing",
  lying: "lying",
  complaining: "complaining",
};

const upon: v.GenericSchema<unknown, Upon> = v.strictObject({
  what: v.picklist(MILESTONES),
  skip: whole(0, MAX_SKIP),
  afterUs: timeUs,
});
const any = { atUs: timeUs, upon: v.optional(upon) };
const ofMount = { ...any, n: indexOrLeader };
const traffic = v.picklist(["all", "datagrams", "streams"]);
const passing = { ...any, host: indexOrLeader, forUs: timeUs };

/** Load waits for nothing. */
const asks = { atUs: timeUs, n: indexOrLeader, times: whole(1, MAX_TIMES) };
const calls = { ...asks, everyUs: timeUs };
/** All inodes that come and go have numbers below 4096. */
const among = v.optional(whole(1, MAX_TIMES));
const onFiles = { ...calls, among, ino: whole(1, 2000), apart: whole(0, 20) };
const onInodes = { ...calls, among, ino: whole(1, MAX_INO), apart: whole(0, MAX_INO) };

/** The fields of each kind of step. A kind that is missing here does not compile. */
const steps: {
  readonly [D in PlanStep["do"]]: v.GenericSchema<unknown, PlanStep & { readonly do: D }>;
} = {
  mount: v.strictObject({ do: v.literal("mount"), ...ofMount }),
  umount: v.strictObject({ do: v.literal("umount"), ...ofMount }),
  "force-umount": v.strictObject({ do: v.literal("force-umount"), ...ofMount }),
  "interrupt-mount": v.strictObject({ do: v.literal("interrupt-mount"), ...ofMount }),
  "heartbeat-timeout": v.strictObject({
    do: v.literal("heartbeat-timeout"),
    ...ofMount,
    ms: heartbeatTimeoutMs,
  }),
  pause: v.strictObject({ do: v.literal("pause"), ...passing }),
  "stall-io": v.strictObject({ do: v.literal("stall-io"), ...passing }),
  "cut-datagrams": v.strictObject({ do: v.literal("cut-datagrams"), ...passing }),
  "cut-streams": v.strictObject({ do: v.literal("cut-streams"), ...passing }),
  clog: v.strictObject({ do: v.literal("clog"), ...passing }),
  "cut-one-way": v.strictObject({
    do: v.literal("cut-one-way"),
    ...passing,
    way: v.picklist(["in", "out"]),
    what: traffic,
  }),
  "cut-pair": v.strictObject({
    do: v.literal("cut-pair"),
    ...passing,
    peer: indexOrLeader,
    what: traffic,
  }),
  "reset-streams": v.strictObject({
    do: v.literal("reset-streams"),
    ...any,
    host: indexOrLeader,
    peer: indexOrLeader,
  }),
  "reset-client": v.strictObject({ do: v.literal("reset-client"), ...ofMount }),
  preempt: v.strictObject({
    do: v.literal("preempt"),
    ...ofMount,
    within: whole(1, MAX_INT),
    forUs: timeUs,
  }),
  delay: v.strictObject({
    do: v.literal("delay"),
    ...any,
    program: v.string(),
    label: v.string(),
    skip: whole(0, MAX_SKIP),
    forUs: timeUs,
  }),
  "use-inode": v.strictObject({
    do: v.literal("use-inode"),
    ...asks,
    ino: whole(1, MAX_INT),
    mode: v.picklist(["read", "write"]),
    forUs: timeUs,
  }),
  "read-file": v.strictObject({ do: v.literal("read-file"), ...onInodes }),
  "write-file": v.strictObject({ do: v.literal("write-file"), ...onInodes }),
  "unlink-inode": v.strictObject({ do: v.literal("unlink-inode"), ...onFiles }),
  "create-inode": v.strictObject({ do: v.literal("create-inode"), ...onFiles, forUs: timeUs }),
  "open-inode": v.strictObject({ do: v.literal("open-inode"), ...onFiles, forUs: timeUs }),
  "use-two-inodes": v.strictObject({
    do: v.literal("use-two-inodes"),
    ...onInodes,
    other: whole(1, MAX_INO),
    forUs: timeUs,
  }),
  "rename-files": v.strictObject({
    do: v.literal("rename-files"),
    ...onInodes,
    other: whole(1, MAX_INO),
  }),
  sync: v.strictObject({ do: v.literal("sync"), ...calls }),
  statfs: v.strictObject({ do: v.literal("statfs"), ...calls }),
  request: v.strictObject({
    do: v.literal("request"),
    ...asks,
    what: v.picklist(requestNames),
    size: whole(0, MAX_INT),
  }),
  "cut-all": v.strictObject({ do: v.literal("cut-all"), ...passing }),
  "agent-down": v.strictObject({ do: v.literal("agent-down"), ...passing }),
  "agent-fails": v.strictObject({ do: v.literal("agent-fails"), ...passing }),
  "late-write": v.strictObject({ do: v.literal("late-write"), ...passing }),
  "power-off": v.strictObject({ do: v.literal("power-off"), ...passing }),
  slow: v.strictObject({ do: v.literal("slow"), ...passing, permille: factor }),
  "slow-io": v.strictObject({ do: v.literal("slow-io"), ...passing, permille: factor }),
  "fail-io": v.strictObject({ do: v.literal("fail-io"), ...passing, permille: chance }),
  clock: v.strictObject({
    do: v.literal("clock"),
    ...any,
    host: indexOrLeader,
    permille: factor,
  }),
};

const kinds = Object.keys(steps) as PlanStep["do"][];

const step = v.lazy((input): v.GenericSchema<unknown, PlanStep> => {
  const kind = (input as { readonly do?: unknown } | null)?.do;
  const known = kinds.find((k) => k === kind);
  if (known !== undefined) return steps[known];
  return v.strictObject({ do: v.picklist(kinds) }) as never;
});

export const planSchema: v.GenericSchema<unknown, Plan> = v.strictObject({
  format: v.literal(PLAN_FORMAT),
  seed: v.string(),
  cluster: v.strictObject({
    mounts: whole(1, MAX_MOUNTS),
    slots: whole(1, SCOUTFS_QUORUM_MAX_SLOTS),
    hosts: whole(1, MAX_MOUNTS),
    heartbeatTimeoutMs,
    tcpTimeoutMs: v.optional(whole(MIN_TCP_TIMEOUT_MS, MAX_INT)),
    lockIdleCount: v.optional(whole(MIN_IDLE_COUNT, MAX_IDLE_COUNT)),
    orphanScanDelayMs: v.optional(whole(1, MAX_INT)),
    agent: v.picklist(Object.values(anyHabit)),
    agentSlowUs: timeUs,
    agentDelayUs: timeUs,
    agentExecMaxUs: delayUs,
    rebootUs: timeUs,
  }),
  variants: v.array(v.string()),
  budget: v.picklist(["survivable", "beyond"]),
  weather: v.strictObject({
    minUs: delayUs,
    maxUs: delayUs,
    lossPermille: chance,
    duplicatePermille: chance,
    startMaxUs: whole(MIN_START_US, MAX_DELAY_US),
    preemptWithin: whole(0, MAX_INT),
    schedule: v.optional(v.strictObject({ by: v.literal("pct"), depth: whole(0, 100) })),
    diskMaxUs: delayUs,
  }),
  steps: v.pipe(v.array(step), v.maxLength(MAX_STEPS, `expected at most ${MAX_STEPS} steps`)),
  calmAtUs: v.optional(timeUs),
  shutDown: v.optional(v.literal(true)),
  endUs: timeUs,
});

/** What the shape alone does not say: steps name mounts and hosts that there are. */
export function misfitOf({ cluster, weather, steps: all }: Plan): Problem | undefined {
  const { mounts, slots, hosts } = cluster;
  for (const [name, count] of [["slots", slots] as const, ["hosts", hosts] as const]) {
    if (count > mounts) {
      return { path: `cluster.${name}`, text: `expected at most as many as mounts, ${mounts}` };
    }
  }
  if (weather.maxUs < weather.minUs) {
    return { path: "weather.maxUs", text: `expected at least minUs, ${weather.minUs}` };
  }
  for (const [i, s] of all.entries()) {
    for (const key of ["n", "host", "peer"] as const) {
      const who = (s as { readonly [K in typeof key]?: number })[key] ?? 0;
      if (who >= LEADER || s.upon !== undefined) continue;
      return { path: `steps.${i}.${key}`, text: `expected ${LEADER} or more without "upon"` };
    }
    if ("n" in s && s.n >= mounts) {
      return { path: `steps.${i}.n`, text: `expected one of ${mounts} mounts, from 0` };
    }
    for (const key of ["host", "peer"] as const) {
      const host = (s as { readonly [K in typeof key]?: number })[key] ?? 0;
      if (host < hosts) continue;
      return { path: `steps.${i}.${key}`, text: `expected one of ${hosts} hosts, from 0` };
    }
  }
  return undefined;
}

/** The first of the issues as a sentence; `received` is cut, since it may be the whole file. */
export function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = v.getDotPath(issue) ?? "";
  const { type, expected, received, message } = issue;
  if (type === "strict_object" && expected === "never") return { path, text: "is not a field" };
  if (type === "strict_object" && received === "undefined") return { path, text: "is missing" };
  const wanted = message.startsWith("expected") ? message : `expected ${expected}`;
  return { path, text: `${wanted}, got ${short(received)}` };
}

const LONG = 40;
const short = (text: string): string => (text.length > LONG ? `${text.slice(0, LONG)}...` : text);
