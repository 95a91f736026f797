// `scoutsim check-trace`: the monitors read a capture of the real system, and the first event that
// breaks a promise is named with its line. A finding that comes after a gap is doubted: what was
// lost might explain it.

import { entryMonitors } from "../../../src/monitors/all.ts";
import { ARTIFACT_FORMAT } from "../../cluster/trial/artifact.ts";
import type { Violation } from "../../engine/trace/monitor.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import { type Capture, captureOf, type Gap } from "../../real/capture.ts";
import { judge } from "../../real/judge.ts";
import { StepFinder } from "../../real/skeleton.ts";
import { formatSeconds } from "../../report/text.ts";
import { UserError } from "../../report/user-error.ts";
import { readBytes } from "../files.ts";
import { wholeNumber } from "../flags.ts";
import { writeJson, writeLine } from "../output.ts";
import { followModel } from "./model.ts";
import { writeSkeleton } from "./scenario.ts";

export interface CheckOptions {
  readonly slots?: string;
  readonly heartbeatTimeout?: string;
  readonly model?: true;
  readonly scenario?: string;
  readonly json?: true;
}

/** The first entries of a mount that the capture saw from its start. */
const SETUP = ["lock_setup", "conn_alloc", "lock_alloc", "quorum_block_event", "fill_super"];
const LEFT = ["put_super", "umount_begin_forced", "umount_begin", "unmounted"];
/** What is promised only while the machines and their network do their part. */
const FAIR_ONLY = ["FNC5", "LIVE", "QRM3", "QRM4", "RCV1"];
const MORE = 4;
/** Bytes at the start of a file that say what it is. */
const HEAD = 200;

/** What is seen on the way besides the promises. */
class Passing {
  readonly finder = new StepFinder();
  readonly kept: TraceEntry[] = [];
  readonly early: Gap[] = [];
  private readonly present = new Set<number>();
  private readonly met = new Set<number>();
  private readonly keeps: boolean;
  last = 0;

  constructor(keeps: boolean) {
    this.keeps = keeps;
  }

  *through(capture: Capture): Iterable<TraceEntry> {
    for (const entry of capture.entries) {
      if (this.keeps) this.kept.push(entry);
      this.finder.see(entry);
      this.last = entry.at;
      if (entry.mount >= 0 && entry.kind !== "incarnation") this.see(entry, capture);
      yield entry;
    }
  }

  private see({ mount, kind, seq }: TraceEntry, capture: Capture): void {
    if (!this.met.has(mount)) {
      this.met.add(mount);
      this.present.add(mount);
      const name = capture.mounts[mount]?.name ?? "a mount";
      if (!SETUP.includes(kind) && capture.form !== "trace") {
        this.early.push({ line: seq, why: `${name} was there before the capture began` });
      }
    }
    if (LEFT.includes(kind)) this.present.delete(mount);
  }

  /** All mounts that were seen have left. */
  get isOver(): boolean {
    return this.present.size === 0;
  }
}

export function checkTrace(file: string, o: CheckOptions): number {
  const slots = o.slots === undefined ? undefined : wholeNumber("--slots", o.slots);
  const timeout = o.heartbeatTimeout;
  const heartbeatTimeoutMs =
    timeout === undefined ? undefined : wholeNumber("--heartbeat-timeout", timeout);
  const bytes = readBytes(file);
  if (bytes.toString("utf8", 0, HEAD).includes(ARTIFACT_FORMAT)) {
    throw new UserError("is a kept failure and no capture: give it to scoutsim replay", { file });
  }
  const capture = captureOf(bytes, file, { slots, heartbeatTimeoutMs });
  if (o.model && capture.form === "trace") {
    throw new UserError("--model follows captures of the real system, not a run of the model");
  }
  const passing = new Passing(o.model ?? false);
  const isOver = () => passing.isOver && capture.gaps.length === 0;
  const found = judge(passing.through(capture), entryMonitors, isOver);
  if (capture.events === 0) {
    throw new UserError("holds no event of scoutfs; switch its tracepoints on", { file });
  }
  const gaps = [...capture.gaps, ...passing.early].toSorted((a, b) => a.line - b.line);
  const doubts = found.map((one) => doubtOf(capture, gaps, one));
  if (!o.json) say(capture, { gaps, found, doubts });
  const rejections = o.model ? followModel(capture, passing.kept, gaps) : [];
  if (o.json) writeJson(reportOf(capture, { gaps, found, doubts, rejections }));
  else for (const line of rejections) writeLine(line);
  if (o.scenario !== undefined) {
    const [first] = found;
    const finding =
      first === undefined ? "Nothing in it breaks a promise." : lineOf(capture, first);
    const untilUs = first?.at ?? passing.last;
    const skeleton = { ...pick(capture), finder: passing.finder, untilUs, finding };
    writeSkeleton(o.scenario, skeleton, o.json ? () => {} : writeLine);
  }
  return doubts.includes(undefined) || rejections.length > 0 ? 1 : 0;
}

interface Judged {
  readonly gaps: readonly Gap[];
  readonly found: readonly Violation[];
  readonly doubts: readonly (string | undefined)[];
  readonly rejections: readonly string[];
}

function say(c: Capture, { gaps, found, doubts }: Omit<Judged, "rejections">): void {
  sayWhat(c, gaps);
  for (const [n, one] of found.slice(0, 1 + MORE).entries()) sayFinding(c, one, doubts[n]);
  if (found.length > 1 + MORE) writeLine(`and ${found.length - 1 - MORE} more`);
  if (found.length === 0) writeLine("no promise broken");
}

/** For a script: the first finding without a doubt is the event that cannot be. */
function reportOf(c: Capture, { gaps, found, doubts, rejections }: Judged): object {
  return {
    ...{ file: c.file, form: c.form, events: c.events, slots: c.slots },
    mounts: c.mounts.map(({ name }) => name),
    gaps: gaps.map(({ line, why }) => ({
      line: line === Number.MAX_SAFE_INTEGER ? null : line,
      why,
    })),
    found: found.map(({ seq, at, mount, promise, place, text }, n) => ({
      ...{ line: seq, atUs: at, mount: nameOf(c, mount), promise, place, text },
      doubt: doubts[n] ?? null,
    })),
    model: rejections,
  };
}

function doubtOf(capture: Capture, gaps: readonly Gap[], one: Violation): string | undefined {
  if (gaps.some(({ line }) => line <= one.seq)) {
    return "events before it are missing, which might explain it";
  }
  if (capture.isDriven || !FAIR_ONLY.includes(one.promise)) return undefined;
  return "a fault of a machine or of the network, which a capture does not show, would explain it";
}

const pick = ({ file, mounts, slots, heartbeatTimeoutMs, guess }: Capture) => ({
  file,
  mounts,
  slots,
  heartbeatTimeoutMs,
  guess,
});

const nameOf = ({ mounts }: Capture, mount: number): string => mounts[mount]?.name ?? "-";

function sayWhat(capture: Capture, gaps: readonly Gap[]): void {
  const { file, events, mounts, slots, guess, form } = capture;
  const names = mounts.map(({ name }) => name).join(" ") || "none";
  const guessed = form === "trace" ? "" : ` (${guess.slots} are named; --slots N tells)`;
  const count = slots > 0 ? `${slots} slots` : `slots unknown${guessed}`;
  writeLine(`${file}: ${events} events, mounts ${names}, ${count}`);
  for (const gap of gaps.slice(0, MORE)) writeLine(`${placeOf(file, gap.line)}: ${gap.why}`);
  if (gaps.length > MORE) writeLine(`and ${gaps.length - MORE} gaps more`);
}

function placeOf(file: string, line: number): string {
  if (line === 0) return `${file}: at its start`;
  return line === Number.MAX_SAFE_INTEGER ? `${file}: at its end` : `${file}:${line}`;
}

function lineOf(capture: Capture, { seq, at, mount, promise, place, text }: Violation): string {
  const where = `${capture.file}:${seq}: ${formatSeconds(at)} s ${nameOf(capture, mount)}`;
  return `${where}: ${promise} at ${place}: ${text}`;
}

function sayFinding(capture: Capture, one: Violation, doubt: string | undefined): void {
  writeLine(lineOf(capture, one));
  const text = capture.textOf(one.seq).trim();
  if (text !== "") writeLine(`    ${text}`);
  if (doubt !== undefined) writeLine(`    doubtful: ${doubt}`);
}
