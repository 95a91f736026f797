// What the parts of a mount show: the records of lock.c and lock_server.c as they are, and the
// tracepoint of lock_server.c that repeats each of its messages, from where the C has it.

import type { AnyProgram } from "../../../../src/core/index.ts";
import type { Monitor } from "../../../engine/trace/monitor.ts";
import type { TraceEntry } from "../../../engine/trace/trace.ts";
import { see } from "../probes.ts";
import { type SaidLock, textOfLocks } from "./items.ts";
import { clientKinds, serverKinds } from "./kinds.ts";

// biome-ignore lint/suspicious/noExplicitAny: probes look into programs of any type
type Any = any;

/** Seen by other means. */
const fromElsewhere = [
  ...["lock_message", "recov_prepare", "recov_begin", "recov_finish", "finished_recovery"],
  ...["net_send_message", "net_recv_message", "umount_begin_forced", "forest_init_our_log"],
  ...["omap_remove_rid"],
];

/** Reads them: a monitor that judges nothing. */
export const partProbe: Monitor<Any, object> = {
  promise: "twin",
  wants: ["trans_open", ...Object.keys(clientKinds), ...Object.keys(serverKinds)].filter(
    (kind) => !fromElsewhere.includes(kind),
  ),
  start: () => ({}),
  on({ kind, data }: TraceEntry) {
    const d = data as Any;
    if (kind === "trans_open") {
      see("forest_init_our_log", { nr: d.nr });
      return;
    }
    const { locks } = d;
    see(kind, locks === undefined ? d : { ...d, locks: textOfLocks(locks as SaidLock[]) });
    if (kind === "ls_request") see("lock_message", { ...d, what: "grant", dir: "request" });
    if (kind === "ls_response") {
      see("lock_message", { ...d, id: 0, what: "invalidate", dir: "response" });
    }
  },
};

const PROCESS = "process_waiting_requests";
/** What the lock server has sent, once it is sent: the step after it remembers what that was. */
export function lockMessages(p: AnyProgram<Any>): AnyProgram<Any> {
  if (p.name !== PROCESS) return p;
  const steps: Record<string, Any> = { ...p.steps };
  const sends = (label: string) => (l: Any, m: Any, out: Any, ret: Any) => {
    const next = (p.steps as Any)[label](l, m, out, ret);
    if (typeof next === "object" && "call" in next) l.twinSent = next.args;
    return next;
  };
  const isSent =
    (label: string, what: string, dir: string) => (l: Any, m: Any, out: Any, ret: Any) => {
      const { rid, id = 0, lock } = l.twinSent;
      if (ret.error === undefined) {
        const { key, oldMode, newMode } = lock;
        see("lock_message", { what, dir, rid, id, key, old: oldMode, new: newMode });
      }
      return (p.steps as Any)[label](l, m, out, ret);
    };
  steps.invalidate = sends("invalidate");
  steps.grant = sends("grant");
  steps.invalidated = isSent("invalidated", "invalidate", "request");
  steps.granted = isSent("granted", "grant", "response");
  return { ...p, steps } as AnyProgram<Any>;
}
