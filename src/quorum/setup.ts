// A mount becomes a quorum member and stops being one. Setup reads the slots, opens the socket (so
// that a slot whose address is taken fails the mount) and starts the worker; destroy waits for the
// worker to leave, which stops the server first. Mirrors scoutfs_quorum_setup and
// scoutfs_quorum_destroy of quorum.c. Its header also names scoutfs_quorum_shutdown, which no
// longer exists.

import type { Errno, Out } from "../core/index.ts";
import { done, fail, hostOf, portOf, program } from "../core/index.ts";
import { CONFIG_BLOCK, infoOf, slotAddress, takeConfig } from "./config.ts";
import { quorumStatus } from "./roles.ts";
import { configOf, noConfig } from "./server-sin.ts";
import type { QuorumMount, QuorumProtocol } from "./types.ts";

/** `create_socket`: an address of another host cannot be bound. */
function createSocket(m: QuorumMount, out: Out<QuorumProtocol>): Errno | undefined {
  const info = infoOf(m);
  const address = slotAddress(info.config, info.slot);
  const port = portOf(address);
  if (hostOf(address) !== hostOf(out.here(port))) return "EADDRNOTAVAIL";
  const socket = out.openDatagrams(port);
  if (typeof socket === "string") return socket;
  info.socket = socket;
  return undefined;
}

export const quorumSetup = program<QuorumProtocol>()({
  name: "scoutfs_quorum_setup",
  source: "quorum.c:scoutfs_quorum_setup",
  reads: "device",
  start: "allocate",
  locals: (_args: object) => ({ error: undefined as Errno | undefined }),
  waits: {},
  steps: {
    allocate(l, m, out) {
      const slot = m.options.quorumSlotNr;
      if (slot < 0) return done();
      m.quorum.info = {
        config: noConfig,
        slot,
        votesNeeded: 0,
        socket: undefined,
        shutdown: false,
        show: quorumStatus(),
      };
      out.createQueue("quorum.workq", 1);
      if (!m.super.forcingUnmount) return { io: { op: "read", block: CONFIG_BLOCK }, then: "open" };
      l.error = "ENOLINK";
      return "undo";
    },
    open(l, m, out, ret) {
      l.error = ret.error ?? takeConfig(infoOf(m), configOf(ret.value)) ?? createSocket(m, out);
      return l.error === undefined ? "queue" : "undo";
    },
    /** From here on the mount may be elected. */
    queue(_l, _m, out) {
      out.queueWork("quorum.workq", ["scoutfs_quorum_worker", 0]);
      return done();
    },
    undo: (_l) => ({ call: "scoutfs_quorum_destroy", args: {}, then: "failed" }),
    failed: (l) => (l.error === undefined ? done() : fail(l.error)),
  },
});

export const quorumDestroy = program<QuorumProtocol>()({
  name: "scoutfs_quorum_destroy",
  source: "quorum.c:scoutfs_quorum_destroy",
  start: "shutdown",
  locals: (_args: object) => ({}),
  waits: {},
  steps: {
    /** Nothing wakes the worker: it looks when its receive ends. */
    shutdown(_l, m) {
      if (m.quorum.info === undefined) return done();
      m.quorum.info.shutdown = true;
      return { flush: ["scoutfs_quorum_worker", 0], then: "drain" };
    },
    drain: (_l) => ({ drain: "quorum.workq", then: "free" }),
    free(_l, m, out) {
      const { socket } = infoOf(m);
      out.destroyQueue("quorum.workq");
      if (socket !== undefined) out.close(socket);
      m.quorum.info = undefined;
      return done();
    },
  },
});
