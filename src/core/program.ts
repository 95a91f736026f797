// A program is protocol code cut into labelled steps. Each step is one atomic region of the C
// function it mirrors and ends by saying what comes next, in names and data only: so a parked
// program is data too, and a trace, a coverage report and a wait-for graph can name the place.

import type { Errno, Ret } from "./errno.ts";
import type { Us } from "./ids.ts";
import type { Named, ProgramName, Protocol, WorkName } from "./protocol.ts";
import type { Out } from "./verbs.ts";

/** Who could end a wait: printed as a sentence when the cluster is stuck. */
export interface Blame {
  readonly who: string;
  readonly because: string;
}

export type Io<B> =
  | { readonly op: "read"; readonly block: string }
  | { readonly op: "write"; readonly block: string; readonly content: B };

type Call<P extends Protocol, L extends string> = {
  [N in ProgramName<P>]: {
    readonly call: N;
    readonly args: P["Calls"][N];
    readonly then: L;
  };
}[ProgramName<P>];

/** What a step says comes next. */
export type Next<P extends Protocol, L extends string, W extends string> =
  /** Goes on at that label, in the same event unless the task is preempted. */
  | L
  /** Parks until the named wait's condition holds (`wait_event`). */
  | {
      readonly wait: W;
      readonly then: L;
      readonly timeout?: { readonly after: Us; readonly then: L };
      /** Where it goes when the task is signalled; without it the wait cannot be interrupted. */
      readonly interrupted?: L;
    }
  | { readonly sleep: Us; readonly then: L }
  /** Runs another program on this task; its value or error is the `ret` of `then`. */
  | Call<P, L>
  /** Reads or writes a block of the shared device and waits for it. */
  | { readonly io: Io<P["Block"]>; readonly then: L }
  /** `mutex_lock`; released by `out.unlock`, also in a program that called this one. */
  | { readonly lock: Named<P["Mutex"]>; readonly then: L }
  /** `flush_work`: waits for the instance that is queued or running now. `ret.value`: whether
   *  there was one. `hurry` is `flush_delayed_work`: it queues what only a timer holds back. */
  | { readonly flush: Named<WorkName<P>>; readonly hurry?: true; readonly then: L }
  /** `cancel_work_sync`, and of delayed work. `ret.value`: whether it was pending. */
  | { readonly cancel: Named<WorkName<P>>; readonly then: L }
  /** `drain_workqueue`: only work that the queue's own work queues is let in until it is empty. */
  | { readonly drain: Named<P["Queue"]>; readonly then: L }
  | { readonly done: Ret };

export const done = (ret: Ret = {}): { readonly done: Ret } => ({ done: ret });
export const fail = (error: Errno): { readonly done: Ret } => ({ done: { error } });

export interface WaitOn<P extends Protocol, Locals> {
  /** The wait queue it parks on: whoever makes the condition true must wake that one. */
  on(l: Locals, m: P["State"]): Named<P["WaitQueue"] | "socket" | "task">;
  /** Tried before parking and at every wake-up. It may act when it succeeds, as the condition
   *  of a `wait_event` does there. */
  until(l: Locals, m: P["State"], out: Out<P>): boolean;
  blames(l: Locals, m: P["State"]): Blame;
}

export type Step<P extends Protocol, Locals, L extends string, W extends string> = (
  l: Locals,
  m: P["State"],
  out: Out<P>,
  ret: Ret,
) => Next<P, L, W>;

export interface Program<
  P extends Protocol,
  N extends ProgramName<P>,
  Locals,
  L extends string,
  W extends string,
> {
  readonly name: N;
  /** The C function it mirrors, as `server.c:farewell_worker`. */
  readonly source: string;
  /** Which state of shared structures it reads. */
  readonly reads?: "dirty" | "stable" | "device";
  readonly start: NoInfer<L>;
  /** (Write its parameter with a type or leave it out: `Locals` is inferred from this.) */
  readonly locals: (args: P["Calls"][N]) => Locals;
  readonly waits: Readonly<Record<W, WaitOn<P, Locals>>>;
  /** (Name at least the first parameter of each: without it TypeScript widens the labels.) */
  readonly steps: Readonly<Record<L, Step<P, Locals, NoInfer<L>, NoInfer<W>>>>;
}

/** Any program of a protocol, whatever its locals and labels. */
// biome-ignore lint/suspicious/noExplicitAny: a table of programs forgets their private types
export type AnyProgram<P extends Protocol> = Program<P, any, any, string, string>;

/** `program<Scoutfs>()({ ... })`: the empty call lets the labels be inferred. */
export const program =
  <P extends Protocol>() =>
  <N extends ProgramName<P>, Locals, L extends string, W extends string = never>(
    p: Program<P, N, Locals, L, W>,
  ): Program<P, N, Locals, L, W> =>
    p;
