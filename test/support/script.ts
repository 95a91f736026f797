// A protocol for testing the kernel primitives: its one program runs a list of operations, so that
// a test says in data what each task and work item does, and reads the order of it from a log.

import { type Blueprint, build, start } from "../../sim/engine/build.ts";
import { seeded } from "../../sim/engine/chooser.ts";
import type { World } from "../../sim/engine/world.ts";
import {
  type AnyProgram,
  done,
  type Next,
  type Out,
  type Protocol,
  program,
  type Ret,
  type TaskRef,
  us,
} from "../../src/core/index.ts";

export type Op =
  | { readonly op: "log"; readonly text: string }
  | { readonly op: "sleep"; readonly us: number }
  | { readonly op: "lock"; readonly mutex: string }
  | { readonly op: "unlock"; readonly mutex: string }
  | {
      readonly op: "queue";
      readonly queue: string;
      readonly job: number;
      readonly afterUs?: number;
    }
  | { readonly op: "mod"; readonly queue: string; readonly job: number; readonly afterUs: number }
  | { readonly op: "flush"; readonly job: number; readonly hurry?: true }
  | { readonly op: "cancel"; readonly job: number }
  | { readonly op: "drain"; readonly queue: string }
  | { readonly op: "create"; readonly queue: string; readonly maxActive: number }
  | { readonly op: "set"; readonly flag: string }
  | { readonly op: "wake" }
  | { readonly op: "wait"; readonly flag: string; readonly timeoutUs?: number }
  | { readonly op: "signal"; readonly task: TaskRef }
  | { readonly op: "arm"; readonly job: number; readonly afterUs: number }
  | { readonly op: "disarm"; readonly job: number }
  | { readonly op: "call"; readonly job: number }
  | { readonly op: "fail" };

interface State {
  readonly log: string[];
  readonly flags: Set<string>;
  readonly jobs: readonly (readonly Op[])[];
}

export interface Script extends Protocol {
  State: State;
  Rules: object;
  Api: object;
  Calls: { job: { of: number } };
  Datagram: unknown;
  Message: unknown;
  Block: unknown;
  Record: { readonly kind: "none" };
  Queue: string;
  WaitQueue: "flags";
  Mutex: string;
}

interface Locals {
  readonly of: number;
  at: number;
  flag: string;
}

type Label = "run" | "told" | "late" | "interrupted";
const then = "told" as const;

/** What takes no time; undefined when the operation parks. */
function act(l: Locals, m: State, out: Out<Script>, op: Op): boolean {
  const say = (what: string, value: boolean) => m.log.push(`${what} ${value}`);
  switch (op.op) {
    case "log":
      m.log.push(op.text);
      return true;
    case "unlock":
      out.unlock(op.mutex);
      return true;
    case "queue":
      if (op.afterUs === undefined) {
        if (!out.queueWork(op.queue, ["job", op.job])) say(`queue ${op.job}`, false);
      } else if (!out.queueDelayedWork(op.queue, ["job", op.job], us(op.afterUs))) {
        say(`queue ${op.job}`, false);
      }
      return true;
    case "mod":
      say(`mod ${op.job}`, out.modDelayedWork(op.queue, ["job", op.job], us(op.afterUs)));
      return true;
    case "create":
      out.createQueue(op.queue, op.maxActive);
      return true;
    case "set":
      m.flags.add(op.flag);
      return true;
    case "wake":
      out.wake("flags");
      return true;
    case "signal":
      out.interrupt(op.task);
      return true;
    case "arm":
      out.armTimer(["job", op.job], us(op.afterUs));
      return true;
    case "disarm":
      say(`disarm ${op.job}`, out.disarmTimer(["job", op.job]));
      return true;
    default:
      l.flag = op.op === "wait" ? op.flag : "";
      return false;
  }
}

function parkOn(op: Op, m: State): Next<Script, Label, "flag"> {
  switch (op.op) {
    case "sleep":
      return { sleep: us(op.us), then };
    case "lock":
      return { lock: op.mutex, then };
    case "flush":
      return { flush: ["job", op.job], ...(op.hurry ? { hurry: true as const } : {}), then };
    case "cancel":
      return { cancel: ["job", op.job], then };
    case "drain":
      return { drain: op.queue, then };
    case "call":
      return { call: "job", args: { of: op.job }, then };
    case "wait": {
      const timeout = op.timeoutUs;
      if (timeout === undefined) return { wait: "flag", then, interrupted: "interrupted" };
      return { wait: "flag", then, timeout: { after: us(timeout), then: "late" } };
    }
    case "fail":
      return done({ error: "EIO" });
    default:
      m.log.push(`unknown ${op.op}`);
      return done();
  }
}

const job = program<Script>()({
  name: "job",
  source: "(test)",
  start: "run",
  locals: (a: { of: number }): Locals => ({ of: a.of, at: 0, flag: "" }),
  waits: {
    flag: {
      on: () => "flags",
      until: (l, m) => m.flags.has(l.flag),
      blames: (l) => ({ who: "nobody", because: `flag ${l.flag} is not set` }),
    },
  },
  steps: {
    run(l, m, out) {
      const op = m.jobs[l.of]?.[l.at++];
      if (op === undefined) return done({ value: l.of });
      return act(l, m, out, op) ? "run" : parkOn(op, m);
    },
    told(l, m, _out, ret: Ret) {
      const op = m.jobs[l.of]?.[l.at - 1];
      if (op !== undefined && op.op !== "sleep" && op.op !== "lock") {
        const value = ret.error ?? ret.value;
        m.log.push(value === undefined ? `${op.op} done` : `${op.op} done ${value}`);
      }
      return "run";
    },
    late(l, m) {
      m.log.push(`${l.flag} timed out`);
      return "run";
    },
    interrupted(l, m) {
      m.log.push(`${l.flag} interrupted`);
      return "run";
    },
  },
});

export const scriptPrograms: readonly AnyProgram<Script>[] = [job];

/** One mount whose jobs 0..n-1 are given; those in `starts` are started as tasks. */
export function scriptWorld(
  jobs: readonly (readonly Op[])[],
  starts: readonly number[] = [0],
  blueprint: Partial<Blueprint<Script>> = {},
): World<Script> {
  const w = build<Script>({
    programs: scriptPrograms,
    rules: {},
    api: {},
    chooser: seeded("script"),
    hosts: 1,
    mounts: [{ host: 0, name: "m0", state: { log: [], flags: new Set(), jobs } }],
    scheduling: { start: { min: 10, max: 10 }, preemptWithin: 0 },
    ...blueprint,
  });
  for (const of of starts) start(w, 0, "job", { of });
  return w;
}

export function logOf(w: World<Script>, untilUs = 1_000_000): readonly string[] {
  w.runFor(untilUs);
  return w.peekMount(0).state.log;
}
