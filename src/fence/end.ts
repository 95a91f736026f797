// The end of fence requests. Mirrors destroy_fence, scoutfs_fence_free, scoutfs_fence_stop and
// scoutfs_fence_destroy of fence.c. Nobody frees a request under an agent's hands: its directory
// goes first, and that waits for the store functions which are running.

import type { Rid } from "../core/index.ts";
import { done, fail, free, program } from "../core/index.ts";
import { drainOf, fenceOf, findListed, timerOf } from "./requests.ts";
import type { FenceHandle, FenceMount, FenceProtocol } from "./types.ts";

const without = (list: readonly FenceHandle[], h: FenceHandle): FenceHandle[] =>
  list.filter((other) => other.id !== h.id);

export const destroyFence = program<FenceProtocol>()({
  name: "destroy_fence",
  source: "fence.c:destroy_fence",
  start: "hideDir",
  locals: (a: { fence: FenceHandle }) => ({ fence: a.fence }),
  waits: {
    stored: {
      on: (l) => drainOf(l.fence),
      until: (l, m) => fenceOf(m, l.fence).dir.stores.length === 0,
      blames: () => ({ who: "an agent", because: "it is writing to the request that goes" }),
    },
  },
  steps: {
    /** `kobject_del`: it is seen no more, and no write begins. */
    hideDir(l, m) {
      const { dir } = fenceOf(m, l.fence);
      if (dir.status === "absent") return "stopTimer";
      dir.status = "going";
      return { wait: "stored", then: "removeDir" };
    },
    removeDir(l, m) {
      const { dir } = fenceOf(m, l.fence);
      dir.status = "absent";
      dir.files = [];
      return "stopTimer";
    },
    /** Off the list, but until here it can still raise its error, which wakes for nothing. */
    stopTimer(l, _m, out) {
      out.disarmTimer(timerOf(l.fence));
      return "free";
    },
    free(l, m) {
      free(m.fence.fences, l.fence);
      return done();
    },
  },
});

export const fenceFree = program<FenceProtocol>()({
  name: "scoutfs_fence_free",
  source: "fence.c:scoutfs_fence_free",
  start: "enter",
  locals: (a: { rid: Rid }) => ({ rid: a.rid, found: undefined as FenceHandle | undefined }),
  waits: {},
  steps: {
    enter: (_l, _m, out) =>
      out.rules.serializesFences() ? { lock: "fence.mutex", then: "remove" } : "remove",
    remove(l, m, out) {
      const found = findListed(m, (fence) => fence.rid === l.rid);
      if (found === undefined) return "unlock";
      l.found = found;
      m.fence.list = without(m.fence.list, found);
      out.emit({ kind: "fence.free", rid: l.rid });
      return { call: "destroy_fence", args: { fence: found }, then: "wake" };
    },
    wake(_l, _m, out) {
      out.wake("fence.waitq");
      return "unlock";
    },
    unlock(l, _m, out) {
      if (out.rules.serializesFences()) out.unlock("fence.mutex");
      return l.found === undefined ? fail("ENOENT") : done();
    },
  },
});

/** Takes the first off the list. */
function takeFirst(m: FenceMount): FenceHandle | undefined {
  const first = findListed(m, () => true);
  if (first !== undefined) m.fence.list = without(m.fence.list, first);
  return first;
}

/** The server goes down: whoever leads next finds out anew whom to fence. */
export const fenceStop = program<FenceProtocol>()({
  name: "scoutfs_fence_stop",
  source: "fence.c:scoutfs_fence_stop",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter: (_l, _m, out) =>
      out.rules.serializesFences() ? { lock: "fence.mutex", then: "take" } : "take",
    take(_l, m, out) {
      const fence = takeFirst(m);
      if (fence === undefined) return "unlock";
      out.emit({ kind: "fence.stop", rid: fenceOf(m, fence).rid });
      return { call: "destroy_fence", args: { fence }, then: "wake" };
    },
    wake(_l, _m, out) {
      out.wake("fence.waitq");
      return "take";
    },
    unlock(_l, _m, out) {
      if (out.rules.serializesFences()) out.unlock("fence.mutex");
      return done();
    },
  },
});

/** Part of the unmount, and of a mount that failed after or before its setup. */
export const fenceDestroy = program<FenceProtocol>()({
  name: "scoutfs_fence_destroy",
  source: "fence.c:scoutfs_fence_destroy",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter: (_l, m) =>
      m.fence.setUp ? { call: "scoutfs_fence_stop", args: {}, then: "unregister" } : done(),
    unregister(_l, m) {
      m.fence.kset = false;
      m.fence.setUp = false;
      return done();
    },
  },
});
