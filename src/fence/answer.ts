// How a request is answered: an agent's write, or its timer. Mirrors fenced_store, error_store and
// fence_timeout of fence.c. None of them takes a lock. An answer is kept until the request goes,
// and both may be given: then it counts as an error.

import type { Out } from "../core/index.ts";
import { done, handleOf, program } from "../core/index.ts";
import { drainOf, fenceOf, timerOf } from "./requests.ts";
import type { FenceMount, FenceProtocol, StoreArgs } from "./types.ts";

/** Lets go of the directory and of the agent whose write this was. */
function leaveStore(l: StoreArgs, m: FenceMount, out: Out<FenceProtocol>) {
  const { dir } = fenceOf(m, l.fence);
  const at = dir.stores.indexOf(l.writer);
  if (at >= 0) dir.stores.splice(at, 1);
  out.wake(drainOf(l.fence));
  out.api.sysfsStored(out, l.writer);
  return done();
}

/** Whatever is written says that the mount can write no more. */
export const fencedStore = program<FenceProtocol>()({
  name: "fenced_store",
  source: "fence.c:fenced_store",
  start: "check",
  locals: (a: StoreArgs) => ({ ...a }),
  waits: {},
  steps: {
    check(l, m, out) {
      if (!fenceOf(m, l.fence).fenced) return "stopTimer";
      out.ignored("the request is fenced already");
      return "leave";
    },
    stopTimer(l, _m, out) {
      out.disarmTimer(timerOf(l.fence));
      return "mark";
    },
    mark(l, m, out) {
      const fence = fenceOf(m, l.fence);
      if (fence.error) out.note("a fence request is fenced after its error");
      fence.fenced = true;
      out.emit({ kind: "fence.fenced", rid: fence.rid });
      return "wake";
    },
    wake(_l, _m, out) {
      out.wake("fence.waitq");
      return "leave";
    },
    leave: leaveStore,
  },
});

/** Whatever is written says that the mount could not be isolated. The timer stays armed. */
export const errorStore = program<FenceProtocol>()({
  name: "error_store",
  source: "fence.c:error_store",
  start: "check",
  locals: (a: StoreArgs) => ({ ...a }),
  waits: {},
  steps: {
    check(l, m, out) {
      if (!fenceOf(m, l.fence).error) return "mark";
      out.ignored("the request has its error already");
      return "leave";
    },
    mark(l, m, out) {
      const fence = fenceOf(m, l.fence);
      fence.error = true;
      out.emit({ kind: "fence.error", rid: fence.rid, by: "agent" });
      return "wake";
    },
    wake(_l, _m, out) {
      out.wake("fence.waitq");
      return "leave";
    },
    leave: leaveStore,
  },
});

/** No agent answered in time. It does not look whether one just has. */
export const fenceTimeout = program<FenceProtocol>()({
  name: "fence_timeout",
  source: "fence.c:fence_timeout",
  start: "fire",
  locals: (a: { of: number }) => ({ of: a.of }),
  waits: {},
  steps: {
    fire(l, m, out) {
      const fence = fenceOf(m, handleOf(l.of));
      if (fence.fenced) out.note("a fence request that is fenced times out");
      fence.error = true;
      out.emit({ kind: "fence.error", rid: fence.rid, by: "timer" });
      out.wake("fence.waitq");
      return done();
    },
  },
});
