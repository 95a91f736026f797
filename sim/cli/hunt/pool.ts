// Who does the jobs of a hunt: threads or processes, or for one worker this thread itself. A job
// goes to whoever is free, so results come in any order; nothing that a hunt says depends on it.
// When one fails, no more are handed out; when all are told to stop, nobody misses who is gone, nor
// who goes on for too long: a single run is not stopped in its middle, and may be an endless one.

import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { UserError } from "../../report/user-error.ts";
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

/** What a worker is started with. */
const BOOT = new URL("../../../bin/worker.mjs", import.meta.url);

export interface PoolOptions {
  readonly kind?: "threads" | "processes";
  /** Another module to start workers with. */
  readonly boot?: URL;
  /** For so long a job may go on when it is to stop. */
  readonly graceMs?: number;
}
const GRACE_MS = 10_000;

export class Pool {
  private readonly idle: Hand[];
  private readonly hands: readonly Hand[];
  private readonly queue: (() => void)[] = [];
  private readonly interrupt: Interrupt;
  private isOver = false;

  constructor(workers: number, interrupt: Interrupt, o: PoolOptions = {}) {
    const start = (o.kind === "processes" ? newProcess : newThread)(o.boot ?? BOOT);
    const make = () => handOf(start, o.graceMs ?? GRACE_MS);
    this.hands = workers === 1 ? [here(interrupt)] : Array.from({ length: workers }, make);
    this.idle = [...this.hands];
    this.interrupt = interrupt;
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
    let failed = false;
    const one = async () => {
      while (!failed) {
        const job = next();
        if (job === undefined) return;
        const result = await this.do(job).catch((error) => {
          if (error instanceof Gone && this.interrupt.isStopped()) return undefined;
          failed = true;
          throw error;
        });
        if (result !== undefined && !failed) take(result);
      }
    };
    await Promise.all(this.hands.map(one));
  }

  /** Jobs that are not done by then are not done. */
  end(): Promise<unknown> {
    this.isOver = true;
    return Promise.all(this.hands.map((hand) => hand.end()));
  }

  private async freeHand(): Promise<Hand> {
    for (;;) {
      if (this.isOver) throw new Error("whoever did jobs has been told to end");
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

/** A worker that ended in the middle of a job. */
class Gone extends UserError {
  constructor(kind: string, how: string) {
    super(`a ${kind} ended in the middle of a job (${how}); if memory is short, give --workers 1`);
  }
}

/** A thread or a process that is there. */
interface Wire {
  send(message: Job | "stop"): void;
  end(): unknown;
}

/** Whom a wire tells. */
interface Ear {
  answer(message: FromWorker): void;
  gone(error: Error): void;
}

/** Starts a worker with its first job, and another one when that is gone. */
function handOf(start: (ear: Ear) => Wire, graceMs: number): Hand {
  let wire: Wire | undefined;
  let asked: { resolve(result: Result): void; reject(error: unknown): void } | undefined;
  let grace: NodeJS.Timeout | undefined;
  let isStopped = false;
  const told = () => {
    clearTimeout(grace);
    const one = asked;
    asked = undefined;
    return one;
  };
  const ear: Ear = {
    answer: (m) => {
      if ("result" in m) told()?.resolve(m.result);
      else told()?.reject(m.error);
    },
    gone: (error) => {
      wire = undefined;
      told()?.reject(error);
    },
  };
  const started = (): Wire => {
    const one = start(ear);
    if (isStopped) one.send("stop");
    return one;
  };
  return {
    perform: (job) =>
      new Promise((resolve, reject) => {
        asked = { resolve, reject };
        wire ??= started();
        wire.send(job);
      }),
    stop: () => {
      isStopped = true;
      wire?.send("stop");
      if (asked !== undefined) grace = setTimeout(() => wire?.end(), graceMs);
    },
    end: async () => wire?.end(),
  };
}

const newThread =
  (boot: URL) =>
  ({ answer, gone }: Ear): Wire => {
    const thread = new Worker(boot);
    thread.on("message", answer);
    thread.on("error", gone);
    thread.on("exit", (code) => gone(new Gone("thread", `exit status ${code}`)));
    return {
      send: (message) => thread.postMessage(message),
      end: () => thread.terminate(),
    };
  };

/** A process of its own knows what processor time it took. What it has is sent: it loses nothing
 *  when it is killed. */
const newProcess =
  (boot: URL) =>
  ({ answer, gone }: Ear): Wire => {
    const child = fork(fileURLToPath(boot), { serialization: "advanced" });
    child.on("message", answer);
    child.on("error", gone);
    child.on("exit", (code, signal) => gone(new Gone("process", signal ?? `exit status ${code}`)));
    return {
      send: (message) => child.send(message, () => {}), // its exit tells that it is gone
      end: () => child.kill("SIGKILL"),
    };
  };
