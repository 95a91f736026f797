// Who does the jobs of a hunt: threads or processes, or for one worker this thread itself. A job
// goes to whoever is free, so results come in any order; nothing that a hunt says depends on it.

import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Interrupt } from "../interrupt.ts";
import { type Job, perform, type Result, type ResultOf } from "./jobs.ts";

export type FromWorker = { readonly result: Result } | { readonly error: unknown };

/** One that does a job at a time. */
interface Hand {
  perform(job: Job): Promise<Result>;
  stop(): void;
  end(): Promise<unknown>;
}

export const defaultWorkers = (): number => availableParallelism();

export class Pool {
  private readonly idle: Hand[];
  private readonly hands: readonly Hand[];
  private readonly queue: (() => void)[] = [];

  constructor(workers: number, interrupt: Interrupt, kind: "threads" | "processes" = "threads") {
    const make = kind === "threads" ? newThread : newProcess;
    this.hands = workers === 1 ? [here(interrupt)] : Array.from({ length: workers }, make);
    this.idle = [...this.hands];
    interrupt.onStop(() => {
      for (const hand of this.hands) hand.stop();
    });
  }

  get size(): number {
    return this.hands.length;
  }

  async do<J extends Job>(job: J): Promise<ResultOf<J>> {
    const hand = await this.freeHand();
    try {
      return (await hand.perform(job)) as ResultOf<J>;
    } finally {
      this.idle.push(hand);
      this.queue.shift()?.();
    }
  }

  /** Has all the hands do jobs for as long as there is a next one. */
  async doAll<J extends Job>(next: () => J | undefined, take: (r: ResultOf<J>) => void) {
    const one = async () => {
      for (let job = next(); job !== undefined; job = next()) take(await this.do(job));
    };
    await Promise.all(this.hands.map(one));
  }

  end(): Promise<unknown> {
    return Promise.all(this.hands.map((hand) => hand.end()));
  }

  private async freeHand(): Promise<Hand> {
    for (;;) {
      const hand = this.idle.pop();
      if (hand !== undefined) return hand;
      await new Promise<void>((resolve) => this.queue.push(resolve));
    }
  }
}

function here(interrupt: Interrupt): Hand {
  return {
    perform: (job) => perform(job, interrupt),
    stop: () => {},
    end: async () => {},
  };
}

const BOOT = new URL("../../../bin/worker.mjs", import.meta.url);

/** It is started with its first job. */
function newThread(): Hand {
  let worker: Worker | undefined;
  const started = (): Worker => {
    worker ??= new Worker(BOOT);
    return worker;
  };
  return {
    perform: (job) =>
      new Promise((resolve, reject) => {
        const thread = started();
        const answer = (m: FromWorker) => {
          thread.off("error", reject);
          if ("result" in m) resolve(m.result);
          else reject(m.error);
        };
        thread.once("message", answer);
        thread.once("error", reject);
        thread.postMessage(job);
      }),
    stop: () => worker?.postMessage("stop"),
    end: async () => worker?.terminate(),
  };
}

/** A process of its own knows what processor time it took. */
function newProcess(): Hand {
  let child: ChildProcess | undefined;
  const started = (): ChildProcess => {
    child ??= fork(fileURLToPath(BOOT), { serialization: "advanced" });
    return child;
  };
  return {
    perform: (job) =>
      new Promise((resolve, reject) => {
        const one = started();
        const gone = () => reject(new Error("a process that did a job is gone"));
        one.once("message", (m: FromWorker) => {
          one.off("exit", gone);
          if ("result" in m) resolve(m.result);
          else reject(m.error);
        });
        one.once("exit", gone);
        one.send(job);
      }),
    stop: () => child?.send("stop"),
    end: async () => child?.kill(),
  };
}
