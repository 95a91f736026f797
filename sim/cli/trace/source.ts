// What `trace` and `diff` are given: a failure that a hunt kept, a scenario, a trace, a capture, or
// a seed. It becomes entries and the names of mounts.

import type { Protocol } from "../../../src/core/index.ts";
import { CONFIG_BLOCK } from "../../../src/quorum/config.ts";
import { recordScenario } from "../../cluster/scenario/recorded.ts";
import { ARTIFACT_FORMAT, readArtifact } from "../../cluster/trial/artifact.ts";
import { type Trial, trialIn } from "../../cluster/trial/tape-runs.ts";
import { runTrial, trialOf, worldOf } from "../../cluster/trial/trial.ts";
import { type AnyWorld, namesOf } from "../../cluster/world/any-world.ts";
import type { ClusterWorld } from "../../cluster/world/types.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import { Stepper } from "../../explore/stepper/stepper.ts";
import { captureOf } from "../../real/capture.ts";
import { parseScn } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";
import { readBytes, readTextFile } from "../files.ts";
import { wholeNumber } from "../flags.ts";
import { isFileName, rebound } from "../named-run.ts";
import { builders } from "../worlds.ts";

export interface Source {
  readonly title: string;
  readonly mounts: readonly string[];
  readonly entries: readonly TraceEntry[];
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  readonly isCapture: boolean;
}

export interface SourceOptions {
  readonly variant: readonly string[];
  /** Which world of a scenario, from 1. */
  readonly world: string;
}

export function sourceOf(what: string, { variant, world }: SourceOptions): Source {
  boundTo(variant);
  const nth = wholeNumber("--world", world);
  if (what.endsWith(".scn")) return scenarioOf(what, variant, nth);
  if (!isFileName(what)) return runOf(trialOf(what, variant), `seed ${what}`);
  const bytes = readBytes(what);
  const start = bytes.toString("utf8", 0, 200);
  if (what.endsWith(".json") || start.includes(ARTIFACT_FORMAT)) {
    return runOf(rebound(trialIn(readArtifact(bytes.toString("utf8"), what)), { variant }), what);
  }
  const capture = captureOf(bytes, what);
  const entries = capture.original ?? [...capture.entries];
  const { slots, heartbeatTimeoutMs, mounts, form } = capture;
  const names = mounts.map(({ name }) => name);
  const isCapture = form !== "trace";
  return { title: what, mounts: names, entries, slots, heartbeatTimeoutMs, isCapture };
}

type Setting = Pick<Source, "slots" | "heartbeatTimeoutMs">;

const clusterEntry = (data: Setting): TraceEntry => ({
  ...{ seq: 0, sub: 0, at: 0, mount: -1, cause: 0 },
  ...{ kind: "cluster", data },
});

function runOf(t: Trial, title: string): Source {
  const w = worldOf(t);
  const { slots, heartbeatTimeoutMs } = t.plan.cluster;
  const setting = { slots, heartbeatTimeoutMs };
  const entries: TraceEntry[] = [clusterEntry(setting)];
  w.trace.sink = { add: (entry) => entries.push(entry) };
  runTrial(w, t);
  const mounts = namesOf(w as unknown as AnyWorld);
  return { title, mounts, entries, ...setting, isCapture: false };
}

const NEVER = () => [];
const ALL = Number.MAX_SAFE_INTEGER;

/** Its commands are made as the stepper makes them, from its start to its end. */
function scenarioOf(file: string, variant: readonly string[], nth: number): Source {
  if (variant.length > 0) {
    throw new UserError("a scenario names its variants itself: leave --variant out", { file });
  }
  const recorded = recordScenario(parseScn(readTextFile(file), file), builders, nth);
  const stepper = new Stepper<Protocol>(recorded);
  stepper.forward(NEVER, ALL);
  const setting = settingOf(recorded.start as unknown as ClusterWorld);
  const entries = [clusterEntry(setting), ...stepper.records(ALL)];
  return { title: file, mounts: namesOf(stepper.world), entries, ...setting, isCapture: false };
}

function settingOf(w: ClusterWorld): Setting {
  const config = w.peekDevice().blocks.get(CONFIG_BLOCK)?.content as { slots?: unknown[] };
  const { quorumHeartbeatTimeoutMs } = w.peekMount(0).state.options;
  return { slots: config.slots?.length ?? 0, heartbeatTimeoutMs: quorumHeartbeatTimeoutMs };
}
