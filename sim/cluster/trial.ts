// One run of the general generator, as a hunt tries it and as a replay shows it.

import { entryMonitors } from "../../src/monitors/all.ts";
import { BoundReached } from "../engine/bounds.ts";
import { guarded } from "../engine/guards.ts";
import type { Monitor } from "../engine/trace/monitor.ts";
import { MemorySink, type TraceEntry } from "../engine/trace/trace.ts";
import type { Outcome } from "../explore/hunt.ts";
import { formatText } from "../report/text.ts";
import { type AnyWorld, namesOf } from "./any-world.ts";
import type { Cluster } from "./cluster-types.ts";
import { generatePlan } from "./generate.ts";
import { type Plan, planWorld } from "./plan.ts";

/** They see entries and hosts of any protocol. */
const monitors = entryMonitors as readonly Monitor<Cluster>[];

export const planOf = (seed: string, variants: readonly string[]): Plan => ({
  ...generatePlan(seed),
  variants,
});

export function tryPlan(plan: Plan): Outcome {
  const w = planWorld(plan, monitors);
  try {
    guarded(() => w.runUntil((x) => x.violations.length > 0, plan.endUs));
  } catch (error) {
    if (!(error instanceof BoundReached)) throw error;
    const { what, message } = error;
    return { events: w.seq, violation: { promise: "BOUND", place: what, text: message } };
  }
  return { events: w.seq, violation: w.violations[0] };
}

const NOISE = [
  ...["run", "work", "timeout", "timer", "datagram", "stream", "device", "plan", "step", "io"],
  ...[
    "drop",
    "quorum_loop",
    "quorum_send_message",
    "quorum_recv_message",
    "note",
    "ignored",
    "sent",
  ],
];
const NOT_NOISE = (e: TraceEntry): boolean => !NOISE.includes(e.kind);
const KEEP = 200_000;
const WIDTH = 40;

/** Runs the plan with a trace and prints its newest lines, the plan's steps and the outcome. */
export function showPlan(plan: Plan, lines: number, write: (line: string) => void): Outcome {
  const w = planWorld(plan, monitors);
  const sink = new MemorySink(KEEP);
  w.trace.sink = sink;
  guarded(() => w.runUntil((x) => x.violations.length > 0, plan.endUs));
  write(`cluster ${JSON.stringify(plan.cluster)}`);
  write(`weather ${JSON.stringify(plan.weather)}`);
  for (const step of plan.steps) write(`  ${JSON.stringify(step)}`);
  const entries = sink.entries().filter(NOT_NOISE).slice(-lines);
  const mounts = namesOf(w as unknown as AnyWorld);
  for (const line of formatText(entries, { mounts, width: WIDTH })) write(line);
  const [violation] = w.violations;
  write(`${w.seq} events, hash ${w.hash}`);
  if (violation !== undefined) {
    write(`${violation.promise} at ${violation.place}: ${violation.text}`);
  }
  return { events: w.seq, violation };
}
