// What a person on a host does: mount, umount, umount -f. They keep the mount table and sysfs of
// the host as the kernel does there.

import { done, program } from "../../src/core/index.ts";
import { worldOf } from "../engine/kernel/verbs.ts";
import type { Cluster } from "./cluster-types.ts";
import { tellAgent } from "./host-view.ts";

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
      if (error !== undefined) m.slot.inSysfs = false;
      out.emit({ kind: "mounted", rid: m.slot.rid, error });
      return done({ error });
    },
  },
});

export const umountCommand = program<Cluster>()({
  name: "umount",
  source: "umount(8) and super.c",
  start: "begin",
  locals: (a: Cluster["Calls"]["umount"]) => a,
  waits: {},
  steps: {
    /** The kernel lets one unmount at a time in: a second one finds nothing mounted. */
    begin(l, m, out) {
      if (!m.slot.mounted) {
        out.ignored("umount: it is not mounted");
        return done({ error: "EINVAL" });
      }
      m.slot.mounted = false;
      out.emit({ kind: "unmounting", rid: m.slot.rid, force: Boolean(l.force) });
      return l.force ? { call: "scoutfs_umount_begin", args: {}, then: "kill" } : "kill";
    },
    kill: (_l) => ({ call: "scoutfs_kill_sb", args: {}, then: "gone" }),
    gone(l, m, out) {
      m.slot.inSysfs = false;
      m.slot.umount = "done";
      out.emit({ kind: "unmounted", rid: m.slot.rid });
      if (l.agent !== undefined) tellAgent(worldOf(out), l.agent);
      return done();
    },
  },
});
