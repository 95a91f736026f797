// Ctrl-C ends a long job at its next pause, so that it can say what it has so far. A second one
// ends the process as usual.

import process from "node:process";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Interrupt {
  isStopped(): boolean;
  /** Lets signals in. */
  pause(): Promise<void>;
  /** What is to be done at once when a signal comes. */
  onStop(act: () => void): void;
  /** From now on signals end the process. */
  release(): void;
}

export function onInterrupt(): Interrupt {
  let stopped = false;
  const acts: (() => void)[] = [];
  const stop = () => {
    stopped = true;
    release();
    for (const act of acts) act();
  };
  const release = () => {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return {
    isStopped: () => stopped,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    onStop: (act) => acts.push(act),
    release,
  };
}
