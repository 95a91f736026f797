// Isolates a mount on the agent's own host by unmounting it with force. Mirrors
// tests/fenced-local-force-unmount.sh, which scoutfs tests with. It keeps: an unrelated mount that
// comes or goes changes nothing. It does not keep: that success means isolated. A target that is
// mounted nowhere counts as fenced, also while its unmount still runs and may write; and what is
// unmounted is whatever uses the target's device by then.

import { done, program, seconds } from "../core/index.ts";
import { exec } from "./options.ts";
import type { FencedProtocol, RunArgs } from "./types.ts";

interface Locals {
  readonly wanted: string;
  mounts: readonly string[];
  at: number;
  mount: string;
  rid: string;
  device: string;
  target: string;
}

/** What the writes of a target that stays mounted are given to end. */
const WRITES_END = seconds(2);
const FAILED = { value: 1 } as const;

export const fencedLocalForceUnmount = program<FencedProtocol>()({
  name: "fenced_local_force_unmount",
  source: "fenced-local-force-unmount.sh",
  start: "list",
  locals: (a: RunArgs): Locals => ({
    wanted: a.rid,
    mounts: [],
    at: 0,
    mount: "",
    rid: "",
    device: "",
    target: "",
  }),
  waits: {
    unmounted: {
      on: () => "fenced.waitq",
      until: (l, _m, out) => out.api.host.umountState(out, l.target) !== "running",
      blames: (l) => ({ who: `the unmount of ${l.target}`, because: "it is not through" }),
    },
  },
  steps: {
    list(l, _m, out) {
      l.mounts = out.api.sysfs.mounts(out);
      return "next";
    },
    next(l, m, out) {
      const mount = l.mounts[l.at++];
      if (mount === undefined) return done({ value: 0 });
      l.mount = mount;
      if (out.rules.looksForMountFirst() && !out.api.sysfs.isDir(out, { mount })) return "next";
      return exec(m, out, "readRid");
    },
    readRid(l, m, out) {
      const dir = { mount: l.mount };
      const text = out.api.sysfs.read(out, dir, "rid");
      l.rid = text ?? "";
      const dirIsThere = out.api.sysfs.isDir(out, dir);
      const read = { file: "rid", text, dirIsThere, wantedRid: l.wanted } as const;
      const then = out.rules.afterMountRead(read);
      if (then === "fail") return done(FAILED);
      return then === "skip" ? "next" : exec(m, out, "readDevice");
    },
    readDevice(l, _m, out) {
      const dir = { mount: l.mount };
      const text = out.api.sysfs.read(out, dir, "data_device_maj_min");
      l.device = text ?? "";
      const dirIsThere = out.api.sysfs.isDir(out, dir);
      const read = {
        file: "data_device_maj_min",
        text,
        dirIsThere,
        wantedRid: l.wanted,
      } as const;
      const then = out.rules.afterMountRead(read);
      if (then === "fail") return done(FAILED);
      return then === "skip" ? "next" : "compare";
    },
    compare(l, m, out) {
      if (!out.api.sysfs.isDir(out, { mount: l.mount })) {
        out.ignored("a mount is gone from sysfs");
        return "next";
      }
      return l.rid === l.wanted ? exec(m, out, "findMount") : "next";
    },
    findMount(l, m, out) {
      l.target = out.api.host.findMount(out, l.device);
      if (l.target !== "") return exec(m, out, "umount");
      if (out.rules.failsWithoutMount()) return done(FAILED);
      out.note("the target of a fence is in sysfs but mounted nowhere");
      return out.rules.isolatesThroughSysfs() ? "isolate" : "next";
    },
    /** Not of the script: a repair has it. */
    isolate(l, _m, out) {
      out.api.sysfs.isolate(out, { mount: l.mount });
      return { sleep: WRITES_END, then: "next" };
    },
    umount(l, _m, out) {
      out.emit({ kind: "agent.umount", target: l.target, rid: l.wanted });
      if (!out.api.host.forceUmount(out, l.target)) return "umountFailed";
      return { wait: "unmounted", then: "umounted" };
    },
    umounted(l, _m, out) {
      if (out.api.host.umountState(out, l.target) !== "failed") return "next";
      const isBusy = out.api.host.findMount(out, l.device) === l.target;
      if (!isBusy || !out.rules.bearsBusyTarget()) return "umountFailed";
      return { sleep: WRITES_END, then: "next" };
    },
    umountFailed(l, _m, out) {
      const dirIsThere = out.api.sysfs.isDir(out, { mount: l.mount });
      const hasLeft = dirIsThere && out.api.host.findMount(out, l.device) === "";
      if (hasLeft && out.rules.isolatesThroughSysfs()) return "isolate";
      if (out.rules.failsOnUmount(dirIsThere)) return done(FAILED);
      out.ignored("the umount failed because its target is gone");
      return "next";
    },
  },
});
