// What a person on a host does: mount, umount, umount -f. They keep the mount table and sysfs of
// the host as the kernel does there.

import { done, type Errno, type MountId, type Out, program, us } from "../../../src/core/index.ts";
import { worldOf } from "../../engine/kernel/verbs.ts";
import { PATIENCE_US } from "../plan/types.ts";
import { tellAgent } from "./host-view.ts";
import type { Cluster, ClusterMount, ClusterWorld } from "./types.ts";

/** How many unmounts have ended. */
function lastLeft(w: ClusterWorld): number {
  let last = 0;
  for (let id = 0; id < w.mountCount; id++) last = Math.max(last, w.peekMount(id).state.slot.left);
  return last;
}

export const mountCommand = program<Cluster>()({
  name: "mount",
  source: "mount(8) and super.c",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m, out) {
      const slot = m.options.quorumSlotNr;
      out.emit({ kind: "incarnation", rid: m.slot.rid, slot });
      m.slot.inSysfs = true;
      return { call: "scoutfs_fill_super", args: {}, then: "mounted" };
    },
    mounted(_l, m, out, { error }) {
      m.slot.mounted = error === undefined;
      m.slot.mount = "done";
      if (error !== undefined) m.slot.inSysfs = false;
      out.emit({ kind: "mounted", rid: m.slot.rid, error });
      return done({ error });
    },
  },
});

interface Umount {
  readonly force: boolean;
  readonly agent?: MountId;
}

function refuse(l: Umount, m: ClusterMount, out: Out<Cluster>, error: Errno) {
  out.emit({ kind: "unmount_refused", rid: m.slot.rid, force: l.force, error });
  if (l.agent !== undefined) {
    m.slot.umount = "failed";
    tellAgent(worldOf(out), l.agent);
  }
  return done({ error });
}

/** A mount that somebody is inside of is not unmounted. Nor does force change that: it lets the
 *  file system give up first, which ends what waits for the server, and then looks all the same; a
 *  refused one leaves a mount that gives nothing but errors. Meanwhile it holds the path that it
 *  was given, so that another umount finds the mount busy. */
export const umountCommand = program<Cluster>()({
  name: "umount",
  source: "umount(8), do_umount of the kernel, and super.c",
  start: "begin",
  locals: ({ force, agent }: Cluster["Calls"]["umount"]): Umount => ({
    force: Boolean(force),
    ...(agent === undefined ? {} : { agent }),
  }),
  waits: {},
  steps: {
    begin(l, m, out) {
      if (!m.slot.mounted) return refuse(l, m, out, "EINVAL");
      if (!l.force) return "leaveTable";
      m.slot.users++;
      return { call: "scoutfs_umount_begin", args: {}, then: "begun" };
    },
    begun(_l, m) {
      m.slot.users--;
      return "leaveTable";
    },
    /** One at a time: a second one finds nothing mounted. */
    leaveTable(l, m, out) {
      if (!m.slot.mounted) return refuse(l, m, out, "EINVAL");
      if (m.slot.users > 0) return refuse(l, m, out, "EBUSY");
      m.slot.mounted = false;
      out.emit({ kind: "unmounting", rid: m.slot.rid, force: l.force });
      return { call: "scoutfs_kill_sb", args: {}, then: "gone" };
    },
    gone(l, m, out) {
      m.slot.inSysfs = false;
      m.slot.umount = "done";
      m.slot.left = 1 + lastLeft(worldOf(out));
      out.emit({ kind: "unmounted", rid: m.slot.rid });
      if (l.agent !== undefined) tellAgent(worldOf(out), l.agent);
      return done();
    },
  },
});

/** A person asks again every so often. */
const AGAIN_US = 200_000;
const PATIENCE = PATIENCE_US / AGAIN_US;

/** Who wants to unmount has the others stop what they do there, and tries until the mount is not
 *  busy any more. Then, or when it stays busy, they go on. */
export const leaveCommand = program<Cluster>()({
  name: "leave_mount",
  source: "a person with umount(8)",
  start: "ask",
  locals: ({ force }: Cluster["Calls"]["leave_mount"]) => ({ force, tries: 0 }),
  waits: {},
  steps: {
    ask(l, m) {
      m.slot.leaving = true;
      l.tries++;
      return { call: "umount", args: { force: l.force }, then: "asked" };
    },
    asked(l, m, _out, { error }) {
      if (error === "EBUSY" && l.tries < PATIENCE) return { sleep: us(AGAIN_US), then: "ask" };
      m.slot.leaving = false;
      return done({ error });
    },
  },
});
