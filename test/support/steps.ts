// Drives the steps of one program without a world: each call, I/O and mutex is answered by a
// script, a wait is tried until it holds, and everything that the program asked for is recorded in
// order as short lines. A verb that it does not know throws, so that no test passes by accident.

import type { AnyProgram, Named, Out, Protocol, Ret, TaskRef } from "../../src/core/index.ts";

const named = (n: Named<string>): string => (typeof n === "string" ? n : `${n[0]}[${n[1]}]`);

export interface StepsOptions<P extends Protocol> {
  readonly api: P["Api"];
  readonly rules: P["Rules"];
  /** The task that it runs as. */
  readonly self?: TaskRef;
  /** What a call returns; it may act on the mount, as others would meanwhile. */
  readonly onCall?: (name: string, args: unknown) => Ret | undefined;
  readonly onIo?: (block: string, content: unknown) => Ret | undefined;
  /** Before each step: what others do between two steps of the program. */
  readonly before?: (label: string) => void;
}

export interface Ran {
  readonly ret: Ret;
  /** The labels in the order in which they ran. */
  readonly labels: string[];
  /** Verbs, calls, I/O and locks as lines: `call reclaim_rid`, `queue farewell_worker`. */
  readonly did: string[];
  readonly records: object[];
  readonly notes: string[];
  /** Set when it parked on a condition that does not hold, with who it blames. */
  readonly parked?: { readonly wait: string; readonly who: string; readonly because: string };
}

const MAX_STEPS = 10_000;

class Driver<P extends Protocol> {
  readonly labels: string[] = [];
  readonly did: string[] = [];
  readonly records: object[] = [];
  readonly notes: string[] = [];
  readonly held = new Set<string>();
  readonly out: Out<P>;
  readonly options: StepsOptions<P>;

  constructor(options: StepsOptions<P>) {
    this.options = options;
    this.out = this.verbs();
  }

  private verbs(): Out<P> {
    const { did, records, notes, held } = this;
    const known = {
      rules: this.options.rules,
      api: this.options.api,
      ...(this.options.self === undefined ? {} : { self: this.options.self }),
      emit: (r: object) => void records.push(r),
      note: (mark: string) => void notes.push(mark),
      ignored: (because: string) => void notes.push(because),
      wake: (on: Named<string>) => void did.push(`wake ${named(on)}`),
      queueWork: (_queue: Named<string>, work: Named<string>) => {
        did.push(`queue ${named(work)}`);
        return true;
      },
      unlock: (mutex: Named<string>) => {
        if (!held.delete(named(mutex))) throw new Error(`unlock of free ${named(mutex)}`);
        did.push(`unlock ${named(mutex)}`);
      },
    };
    return new Proxy(known, {
      get(target, verb) {
        if (verb in target) return Reflect.get(target, verb);
        throw new Error(`test/support/steps.ts has no verb ${String(verb)}`);
      },
    }) as unknown as Out<P>;
  }

  lock(mutex: string): void {
    if (this.held.has(mutex)) throw new Error(`${mutex} is held already`);
    this.held.add(mutex);
    this.did.push(`lock ${mutex}`);
  }
}

/** Runs it to its end, or to the first wait that does not hold. */
export function runSteps<P extends Protocol>(
  // biome-ignore lint/suspicious/noExplicitAny: the protocol is named by the options
  p: AnyProgram<any>,
  args: object,
  m: P["State"],
  options: StepsOptions<P>,
): Ran {
  const d = new Driver(options);
  const { labels, did, records, notes, out } = d;
  const ran = { labels, did, records, notes };
  const l = p.locals(args);
  let label: string = p.start;
  let ret: Ret = {};
  for (let n = 0; n < MAX_STEPS; n++) {
    options.before?.(label);
    labels.push(label);
    const step = p.steps[label];
    if (step === undefined) throw new Error(`${p.name} has no step ${label}`);
    const next = step(l, m, out, ret);
    ret = {};
    if (typeof next === "string") {
      label = next;
    } else if ("done" in next) {
      if (d.held.size > 0) throw new Error(`${p.name} ended with ${[...d.held].join(", ")}`);
      return { ...ran, ret: next.done };
    } else {
      if ("call" in next) {
        did.push(`call ${next.call}`);
        ret = options.onCall?.(next.call, next.args) ?? {};
      } else if ("io" in next) {
        const io = next.io;
        did.push(`${io.op} ${io.block}`);
        ret = options.onIo?.(io.block, io.op === "write" ? io.content : undefined) ?? {};
      } else if ("lock" in next) {
        d.lock(named(next.lock));
      } else if ("wait" in next) {
        const wait = p.waits[next.wait];
        if (wait === undefined) throw new Error(`${p.name} has no wait ${next.wait}`);
        if (!wait.until(l, m, out)) {
          return { ...ran, ret, parked: { wait: next.wait, ...wait.blames(l, m) } };
        }
      } else {
        throw new Error(`test/support/steps.ts cannot answer ${JSON.stringify(next)}`);
      }
      label = next.then;
    }
  }
  throw new Error(`${p.name} still runs after ${MAX_STEPS} steps`);
}
