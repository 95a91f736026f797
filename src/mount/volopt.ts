// The volume options as files in sysfs: reading or writing one asks the server. Mirrors volopt.c
// and what the kernel's sysfs does around it. Such a file is no file of the mount: who uses one
// does not keep the mount busy, but its removal, on the way to the farewell, waits for them all.

import { done, program } from "../core/index.ts";
import type { VolumeOptions } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";

const voloptSetup = program<Scoutfs>()({
  name: "scoutfs_volopt_setup",
  source: "volopt.c:scoutfs_volopt_setup",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m) {
      m.parts.push("volopt");
      return done();
    },
  },
});

const voloptDestroy = program<Scoutfs>()({
  name: "scoutfs_volopt_destroy",
  source: "volopt.c:scoutfs_volopt_destroy",
  start: "remove",
  locals: () => ({}),
  waits: {
    unused: {
      on: () => "volopt.users",
      until: (_l, m) => m.volopt.users === 0,
      blames: (_l, m) => ({
        who: `${m.volopt.users} readers and writers of the volume options`,
        because: "they have the files open in sysfs and wait for the server",
      }),
    },
  },
  steps: {
    remove(_l, m) {
      if (!m.parts.includes("volopt")) return done();
      m.parts = m.parts.filter((part) => part !== "volopt");
      return { wait: "unused", then: "leave" };
    },
    leave: (_l) => done(),
  },
});

const voloptAttrShow = program<Scoutfs>()({
  name: "volopt_attr_show",
  source: "volopt.c:volopt_attr_show",
  start: "open",
  locals: () => ({}),
  waits: {},
  steps: {
    open(_l, m) {
      if (!m.parts.includes("volopt")) return done({ error: "ENOENT" });
      m.volopt.users++;
      return { call: "scoutfs_client_get_volopt", args: {}, then: "close" };
    },
    close(_l, m, out, { value, error }) {
      m.volopt.users--;
      out.wake("volopt.users");
      if (error !== undefined) return done({ error });
      return done({ value: (value as VolumeOptions).dataAllocZoneBlocks });
    },
  },
});

/** To clear an option is to send its bit; the value beside it is not looked at. */
const ANY_VALUE = 0;

const voloptAttrStore = program<Scoutfs>()({
  name: "volopt_attr_store",
  source: "volopt.c:volopt_attr_store",
  start: "open",
  locals: ({ dataAllocZoneBlocks }: VolumeOptions) => ({ dataAllocZoneBlocks }),
  waits: {},
  steps: {
    open({ dataAllocZoneBlocks }, m) {
      if (!m.parts.includes("volopt")) return done({ error: "ENOENT" });
      m.volopt.users++;
      if (dataAllocZoneBlocks === undefined) {
        const args = { dataAllocZoneBlocks: ANY_VALUE };
        return { call: "scoutfs_client_clear_volopt", args, then: "close" };
      }
      return { call: "scoutfs_client_set_volopt", args: { dataAllocZoneBlocks }, then: "close" };
    },
    close(_l, m, out, { error }) {
      m.volopt.users--;
      out.wake("volopt.users");
      return done({ error });
    },
  },
});

export const voloptPrograms = [
  voloptSetup,
  voloptDestroy,
  voloptAttrShow,
  voloptAttrStore,
] as const;
