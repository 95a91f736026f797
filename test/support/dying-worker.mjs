// A worker of a pool that does a job as its seed says: it answers, or it ends in one way or other.
import process from "node:process";
import { parentPort } from "node:worker_threads";

const port = parentPort ?? {
  on: process.on.bind(process),
  postMessage: process.send?.bind(process),
};

/** There is a job that ends when it is told to stop. */
let isAsked = false;

const ways = {
  answer: (job) => port.postMessage({ result: { ...job, small: { way: "answer" } } }),
  refuse: () => port.postMessage({ error: new Error("seed x: no such thing") }),
  exit: () => process.exit(3),
  throw: () => {
    throw new Error("thrown by a worker");
  },
  kill: () => process.kill(process.pid, "SIGKILL"),
  never: () => {
    isAsked = true;
  },
  /** Not even when it is told to stop. */
  deaf: () => {},
};

port.on("message", (message) => {
  if (message !== "stop") {
    ways[message.seed](message);
  } else if (isAsked) {
    isAsked = false;
    port.postMessage({ result: { do: "minimise", small: { way: "stop" } } });
  }
});
