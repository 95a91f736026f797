// What people do on mounts as a plan has it: requests, files, locks that are held for a while. Who
// wants to unmount has everybody stop: nobody begins anything new on a mount that is being left.

import { planAt, start } from "../../engine/build.ts";
import { requestArgs } from "../people/requests.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";
import { MAX_TIMES, type Plan, type PlanStep } from "./types.ts";

type Step<D extends PlanStep["do"]> = PlanStep & { readonly do: D };
type Actions = Map<string, (w: never, s: never) => void>;
type MountOf = (w: ClusterWorld, n: number) => number;

/** One of the calls of a step: what is called, and with what. */
interface OneCall {
  readonly n: number;
  readonly what: keyof Cluster["Calls"];
  readonly args: object;
}

type BurstName =
  | ("read-file" | "write-file" | "sync")
  | ("create-inode" | "open-inode" | "unlink-inode" | "use-two-inodes");
type CallOf<S> = (s: S, i: number) => Omit<OneCall, "n">;
type Calls = { readonly [D in BurstName]: CallOf<Step<D>> };

const inoOf = ({ ino, apart }: { readonly ino: number; readonly apart: number }, i: number) =>
  ino + i * apart;

function callsOf(plan: Plan): Calls {
  /** No two writes of a plan write the same. */
  const writtenBy = (s: PlanStep, i: number) => 1 + plan.steps.indexOf(s) * MAX_TIMES + i;
  return {
    "read-file": (s, i) => ({ what: "read_file", args: { ino: inoOf(s, i) } }),
    "write-file": (s, i) => ({
      what: "write_file",
      args: { ino: inoOf(s, i), value: writtenBy(s, i) },
    }),
    sync: () => ({ what: "sync", args: {} }),
    "create-inode": (s, i) => ({
      what: "visit_inode",
      args: { ino: inoOf(s, i), create: true, forUs: s.forUs },
    }),
    "open-inode": (s, i) => ({
      what: "visit_inode",
      args: { ino: inoOf(s, i), create: false, forUs: s.forUs },
    }),
    "unlink-inode": (s, i) => ({ what: "unlink_inode", args: { ino: inoOf(s, i) } }),
    "use-two-inodes": (s, i) => ({
      what: "use_two_inodes",
      args: { ino: inoOf(s, i), other: s.other, forUs: s.forUs },
    }),
  };
}

/** Adds the steps that are load. */
export function load(map: Actions, plan: Plan, mountOf: MountOf): void {
  const set = <S>(name: string, act: (w: ClusterWorld, s: S) => void) =>
    map.set(name, act as never);
  const call = (w: ClusterWorld, { n, what, args }: OneCall) => {
    const id = mountOf(w, n);
    const { alive, state } = w.peekMount(id);
    if (alive && !state.slot.leaving) start(w, id, what, args as never);
  };
  set("call", call);
  set("request", (w, { n, what, size, times }: Step<"request">) => {
    for (let i = 0; i < times; i++) call(w, { n, what, args: requestArgs(what, size) });
  });
  set("use-inode", (w, { n, ino, mode, forUs, times }: Step<"use-inode">) => {
    for (let i = 0; i < times; i++) {
      call(w, { n, what: "use_inode", args: { ino: ino + i, mode, forUs } });
    }
  });
  for (const [name, callOf] of Object.entries<CallOf<never>>(callsOf(plan))) {
    set(name, (w, s: Step<"sync">) => {
      for (let i = 0; i < s.times; i++) {
        const one: OneCall = { n: s.n, ...callOf(s as never, i) };
        if (s.everyUs === 0) call(w, one);
        else planAt(w, i * s.everyUs, { do: "call", ...one } as never);
      }
    });
  }
}
