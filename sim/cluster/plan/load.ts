// What people do on mounts as a plan has it: requests, files, locks that are held for a while. Who
// wants to unmount has everybody stop: nobody begins anything new on a mount that is being left.

import { planAt, start } from "../../engine/build.ts";
import { requestArgs } from "../people/requests.ts";
import type { Cluster, ClusterWorld } from "../world/types.ts";
import { MAX_TIMES, type PlanStep } from "./types.ts";

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
  | ("read-file" | "write-file" | "rename-files" | "sync" | "statfs")
  | ("create-inode" | "open-inode" | "unlink-inode" | "use-two-inodes");
/** `act`: of the event in which the step is acted on. */
interface Turn {
  readonly act: number;
  readonly i: number;
}
type CallOf<S> = (s: S, turn: Turn) => Omit<OneCall, "n">;
type Calls = { readonly [D in BurstName]: CallOf<Step<D>> };

interface Inodes {
  readonly ino: number;
  readonly apart: number;
  readonly among?: number | undefined;
}
const inoOf = ({ ino, apart, among = MAX_TIMES }: Inodes, { i }: Turn): number =>
  ino + (i % among) * apart;
/** No two calls of a run write the same. */
const writtenBy = ({ act, i }: Turn): number => act * MAX_TIMES + i;

const calls: Calls = {
  "read-file": (s, t) => ({ what: "read_file", args: { ino: inoOf(s, t) } }),
  "write-file": (s, t) => ({
    what: "write_file",
    args: { ino: inoOf(s, t), value: writtenBy(t) },
  }),
  "rename-files": (s, t) => ({
    what: "rename_files",
    args: { ino: inoOf(s, t), other: s.other, value: writtenBy(t) },
  }),
  sync: () => ({ what: "sync", args: {} }),
  statfs: () => ({ what: "statfs", args: {} }),
  "create-inode": (s, t) => ({
    what: "visit_inode",
    args: { ino: inoOf(s, t), create: true, forUs: s.forUs },
  }),
  "open-inode": (s, t) => ({
    what: "visit_inode",
    args: { ino: inoOf(s, t), create: false, forUs: s.forUs },
  }),
  "unlink-inode": (s, t) => ({ what: "unlink_inode", args: { ino: inoOf(s, t) } }),
  "use-two-inodes": (s, t) => ({
    what: "use_two_inodes",
    args: { ino: inoOf(s, t), other: s.other, forUs: s.forUs },
  }),
};

/** Adds the steps that are load. */
export function load(map: Actions, mountOf: MountOf): void {
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
  for (const [name, callOf] of Object.entries<CallOf<never>>(calls)) {
    set(name, (w, s: Step<"sync">) => {
      for (let i = 0; i < s.times; i++) {
        const one: OneCall = { n: s.n, ...callOf(s as never, { act: w.seq, i }) };
        if (s.everyUs === 0) call(w, one);
        else planAt(w, i * s.everyUs, { do: "call", ...one } as never);
      }
    });
  }
}
