// Asks for a mount to be fenced. Mirrors scoutfs_fence_start of fence.c. It keeps: a rid has at
// most one request on the list, because the mutex covers the look, the building and the adding. It
// does not keep: that an agent meets only whole requests. The directory is there before its files
// are, they come one by one with the rid last, and all of that before timer and list.

import type { Errno, Out } from "../core/index.ts";
import { allocate, done, each, fail, program } from "../core/index.ts";
import { FENCE_FILES, fenceOf, timerOf } from "./requests.ts";
import { FENCE_TIMEOUT_MS } from "./timing.ts";
import type { FenceHandle, FenceMount, FenceProtocol, FenceStartArgs } from "./types.ts";

interface Locals {
  readonly args: FenceStartArgs;
  fence: FenceHandle;
  /** It belongs to the list now; else it is destroyed at the end, whatever the end is. */
  listed: boolean;
  error: Errno | undefined;
}

const NONE: FenceHandle = { id: -1, generation: 0 };

function create(m: FenceMount, out: Out<FenceProtocol>, args: FenceStartArgs): FenceHandle {
  return allocate(m.fence.fences, {
    ...args,
    startedAt: out.now,
    fenced: false,
    error: false,
    dir: { status: "absent", files: [], stores: [] },
  });
}

/** The name of a directory is taken until its removal is complete. */
function nameIsTaken(m: FenceMount, l: Locals): boolean {
  for (const [, { rid, dir }] of each(m.fence.fences)) {
    if (rid === l.args.rid && dir.status !== "absent") return true;
  }
  return false;
}

export const fenceStart = program<FenceProtocol>()({
  name: "scoutfs_fence_start",
  source: "fence.c:scoutfs_fence_start",
  start: "enter",
  locals: (args: FenceStartArgs): Locals => ({
    args,
    fence: NONE,
    listed: false,
    error: undefined,
  }),
  waits: {},
  steps: {
    enter(l, m, out) {
      out.emit({ kind: "fence.start", ...l.args });
      l.fence = create(m, out, l.args);
      return out.rules.serializesFences()
        ? { lock: "fence.mutex", then: "checkDuplicate" }
        : "checkDuplicate";
    },
    checkDuplicate(l, m, out) {
      if (!out.rules.isDuplicateFence(m, l.args.rid)) return "makeDir";
      out.emit({ kind: "fence.duplicate", rid: l.args.rid });
      out.ignored("the rid is being fenced already");
      return "unlock";
    },
    /** `scoutfs_sysfs_create_attrs_parent`: from here on a polling agent finds the request. */
    makeDir(l, m) {
      if (nameIsTaken(m, l)) {
        l.error = "EEXIST";
        return "unlock";
      }
      fenceOf(m, l.fence).dir.status = "there";
      return "makeFile";
    },
    makeFile(l, m) {
      const { files } = fenceOf(m, l.fence).dir;
      const file = FENCE_FILES[files.length];
      if (file === undefined) return "armTimer";
      files.push(file);
      return "makeFile";
    },
    /** An agent that was quicker than this is not seen: its timer starts after its answer. */
    armTimer(l, m, out) {
      if (fenceOf(m, l.fence).fenced) out.note("a fence request is timed that is fenced already");
      out.armTimer(timerOf(l.fence), FENCE_TIMEOUT_MS);
      return "addToList";
    },
    addToList(l, m) {
      m.fence.list.push(l.fence);
      l.listed = true;
      return "unlock";
    },
    unlock(l, _m, out) {
      if (out.rules.serializesFences()) out.unlock("fence.mutex");
      return l.listed
        ? "leave"
        : { call: "destroy_fence", args: { fence: l.fence }, then: "leave" };
    },
    leave: (l) => (l.error === undefined ? done() : fail(l.error)),
  },
});
