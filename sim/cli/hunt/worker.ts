// A thread or a process that does jobs, one after another, until it is told to stop.

import process from "node:process";
import { parentPort } from "node:worker_threads";
import { type Job, perform } from "./jobs.ts";
import type { FromWorker } from "./pool.ts";

let stopped = false;

const control = {
  isStopped: () => stopped,
  pause: () => new Promise<void>((resolve) => setImmediate(resolve)),
};

/** Whoever made this one decides when it ends. */
function answer(message: FromWorker): void {
  if (parentPort !== null) parentPort.postMessage(message);
  else process.send?.(message);
}

async function take(message: Job | "stop"): Promise<void> {
  if (message === "stop") {
    stopped = true;
    return;
  }
  try {
    answer({ result: await perform(message, control) });
  } catch (error) {
    answer({ error });
  }
}

(parentPort ?? process).on("message", take);
