// What `trace` and `diff` are given: a failure that a hunt kept, a trace, a capture, or a seed. It
// becomes entries and the names of mounts.

import { ARTIFACT_FORMAT, readArtifact } from "../../cluster/trial/artifact.ts";
import { withVariantList } from "../../cluster/trial/found.ts";
import { type Trial, trialIn } from "../../cluster/trial/tape-runs.ts";
import { runTrial, trialOf, worldOf } from "../../cluster/trial/trial.ts";
import { type AnyWorld, namesOf } from "../../cluster/world/any-world.ts";
import { boundTo } from "../../cluster/world/variants.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import { captureOf } from "../../real/capture.ts";
import { isThere, readBytes } from "../files.ts";

export interface Source {
  readonly title: string;
  readonly mounts: readonly string[];
  readonly entries: readonly TraceEntry[];
  readonly slots: number;
  readonly heartbeatTimeoutMs: number;
  readonly isCapture: boolean;
}

export function sourceOf(what: string, variant: readonly string[]): Source {
  boundTo(variant);
  const looksLikeFile = /\.(?:json|ndjson|gz|txt)$/.test(what) || what.includes("/");
  if (!looksLikeFile && !isThere(what)) return runOf(trialOf(what, variant), `seed ${what}`);
  const bytes = readBytes(what);
  const start = bytes.toString("utf8", 0, 200);
  if (what.endsWith(".json") || start.includes(ARTIFACT_FORMAT)) {
    const t = trialIn(readArtifact(bytes.toString("utf8"), what));
    const own = t.plan.variants.filter((id) => !variant.includes(id));
    return runOf(withVariantList(t, [...own, ...variant]), what);
  }
  const capture = captureOf(bytes, what);
  const entries = capture.original ?? [...capture.entries];
  const { slots, heartbeatTimeoutMs, mounts, form } = capture;
  const names = mounts.map(({ name }) => name);
  const isCapture = form !== "trace";
  return { title: what, mounts: names, entries, slots, heartbeatTimeoutMs, isCapture };
}

function runOf(t: Trial, title: string): Source {
  const w = worldOf(t);
  const { slots, heartbeatTimeoutMs } = t.plan.cluster;
  const setting = { slots, heartbeatTimeoutMs };
  const none = { seq: 0, sub: 0, at: 0, mount: -1, cause: 0 };
  const entries: TraceEntry[] = [{ ...none, kind: "cluster", data: setting }];
  w.trace.sink = { add: (entry) => entries.push(entry) };
  runTrial(w, t);
  const mounts = namesOf(w as unknown as AnyWorld);
  return { title, mounts, entries, ...setting, isCapture: false };
}
