// LCK3: whoever waits for a lock gets it while all others answer or get fenced.
//
// Bound: a server and its recovery; then a holder who is asked to give way writes its transaction
// back, which is two writes; or it does not answer, and has the time to reconnect before it is
// fenced and reclaimed. After a forced unmount nothing is owed: its requests stay pending until its
// locks shut down.

import { kindOf } from "../entries.ts";
import {
  deviceUs,
  fenceTimeoutUs,
  reclaimDelayUs,
  reconnectUs,
  recoveryUs,
  serverUs,
  slackUs,
} from "./bounds.ts";
import type { Obligation } from "./types.ts";

/** A recording names the task and ends with its number: `mount-1309`. */
function taskOf(data: object): number {
  const { task = 0 } = data as { readonly task?: number | string };
  return typeof task === "number" ? task : Number(/\d+$/.exec(task)?.[0] ?? 0);
}

const answerUs = 2 * deviceUs + reconnectUs + fenceTimeoutUs + reclaimDelayUs;

export const lockWait: Obligation = {
  name: "lock wait",
  wants: ["lock_wait", "lock_locked", "lock_failed", "lock_shutdown", "umount_begin_forced"],
  while: "steady",
  boundUs: (fair) => serverUs(fair) + recoveryUs + answerUs + slackUs,
  on(entry) {
    const { kind, mount, data } = entry;
    if (kind === "lock_wait") return { opens: mount, of: taskOf(data) };
    if (kind === "lock_locked" || kind === "lock_failed") {
      return { closes: mount, of: taskOf(data) };
    }
    return ["lock_shutdown", "umount_begin_forced"].includes(kindOf(entry))
      ? { closes: mount }
      : undefined;
  },
};
