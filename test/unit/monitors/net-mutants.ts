// Mutants of the network for the monitors of messages: requests handled twice, lost in a queue,
// answered for another lock; and what is asked for while they are in place.

import { start } from "../../../sim/engine/build.ts";
import { get } from "../../../src/core/index.ts";
import { netProcWorker } from "../../../src/net/process.ts";
import { netSendWorker, submitSend } from "../../../src/net/send.ts";
import type { ConnHandle, MessageRecvHandle } from "../../../src/net/types.ts";
import type { AnyStep } from "../../../src/variants/types.ts";
import type { Run } from "./model.ts";

const mainProc = netProcWorker.steps as unknown as Readonly<Record<string, AnyStep>>;
const mainSend = netSendWorker.steps as unknown as Readonly<Record<string, AnyStep>>;
const mainSubmit = submitSend.steps as unknown as Readonly<Record<string, AnyStep>>;

/** Two requests, one after the other. */
export const asksTwice: Run = {
  script: [
    [5, (w) => start(w, 1, "statfs")],
    [5.1, (w) => start(w, 1, "last_seq")],
  ],
  seconds: 6,
};
export const everythingTwice: AnyStep = (l, m, out, ret) => {
  const { cmd, response } = get(m.net.received, l.received as MessageRecvHandle).message;
  const again = l.again !== true && !response && cmd !== "GREETING";
  l.again = true;
  return again ? "request" : (mainProc.processed?.(l, m, out, ret) as never);
};
export const losesStatfs: AnyStep = (l, m, out, ret) => {
  const c = get(m.net.conns, l.conn as ConnHandle);
  c.sendQueue = c.sendQueue.filter((msend) => msend.cmd !== "STATFS");
  return mainSend.collect?.(l, m, out, ret) as never;
};
export const answersAnother: AnyStep = (l, m, out, ret) => {
  const { args } = l;
  if (args.cmd === "LOCK" && args.response) l.args = { ...args, data: { ...args.data, key: -1 } };
  return mainSubmit.queue?.(l, m, out, ret) as never;
};
export const locks: NonNullable<Run["script"]> = [
  [5, (w) => start(w, 1, "scoutfs_lock_ino", { mode: "read", ino: 50_000 })],
];
