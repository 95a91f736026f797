// The work queues that the connections of a mount share. Mirrors scoutfs_net_setup and
// scoutfs_net_destroy of net.c.

import { done, program } from "../core/index.ts";
import { WQ_DFL_ACTIVE } from "./timing.ts";
import type { NetProtocol } from "./types.ts";

export const netSetup = program<NetProtocol>()({
  name: "scoutfs_net_setup",
  source: "net.c:scoutfs_net_setup",
  start: "createQueues",
  locals: () => ({}),
  waits: {},
  steps: {
    createQueues(_l, m, out) {
      out.createQueue("net.shutdown_workq", WQ_DFL_ACTIVE);
      out.createQueue("net.destroy_workq", WQ_DFL_ACTIVE);
      m.parts.push("net");
      return done();
    },
  },
});

export const netDestroy = program<NetProtocol>()({
  name: "scoutfs_net_destroy",
  source: "net.c:scoutfs_net_destroy",
  start: "drainShutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    /** Nothing to do for a mount that failed before its setup. */
    drainShutdown(_l, m) {
      if (!m.parts.includes("net")) return done();
      m.parts = m.parts.filter((part) => part !== "net");
      return { drain: "net.shutdown_workq", then: "drainDestroy" };
    },
    drainDestroy: (_l) => ({ drain: "net.destroy_workq", then: "free" }),
    free(_l, _m, out) {
      out.destroyQueue("net.shutdown_workq");
      out.destroyQueue("net.destroy_workq");
      return done();
    },
  },
});
