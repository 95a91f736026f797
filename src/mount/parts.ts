// The parts of a mount that no folder brings yet, or whose folder has no setup of its own: each
// says what it stands for. A destroy of a part that was never set up does nothing, as there, since
// put_super calls them all after a mount that failed half way.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import type { Mount, Part } from "./types.ts";

/** True when the part was there. */
function removePart(m: Mount, part: Part): boolean {
  if (!m.parts.includes(part)) return false;
  m.parts = m.parts.filter((other) => other !== part);
  return true;
}

/** Both devices carry a copy; that they agree is left out. */
const readSupers = program<Scoutfs>()({
  name: "scoutfs_read_supers",
  source: "super.c:scoutfs_read_supers",
  reads: "device",
  start: "readMeta",
  locals: () => ({}),
  waits: {},
  steps: {
    readMeta(_l, m) {
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: "server.super" }, then: "readData" };
    },
    readData(_l, m, _out, { error }) {
      if (error !== undefined) return fail(error);
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: "server.super" }, then: "verify" };
    },
    verify: (_l, _m, _out, { error }) => done({ error }),
  },
});

const lockSetup = program<Scoutfs>()({
  name: "scoutfs_lock_setup",
  source: "(stands for lock.c:scoutfs_lock_setup)",
  start: "createQueue",
  locals: () => ({}),
  waits: {},
  steps: {
    createQueue(_l, m, out) {
      out.createQueue("lock.workq", 1);
      m.parts.push("lock");
      return done();
    },
  },
});

const lockShutdown = program<Scoutfs>()({
  name: "scoutfs_lock_shutdown",
  source: "(stands for lock.c:scoutfs_lock_shutdown: nobody waits for a lock here)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown(_l, m) {
      if (m.parts.includes("lock")) m.lock.shutdown = true;
      return done();
    },
  },
});

const lockDestroy = program<Scoutfs>()({
  name: "scoutfs_lock_destroy",
  source: "(stands for lock.c:scoutfs_lock_destroy: no lock is held here)",
  start: "drain",
  locals: () => ({}),
  waits: {},
  steps: {
    drain: (_l, m) => (removePart(m, "lock") ? { drain: "lock.workq", then: "free" } : done()),
    free(_l, _m, out) {
      out.destroyQueue("lock.workq");
      return done();
    },
  },
});

const clientSetup = program<Scoutfs>()({
  name: "scoutfs_client_setup",
  source: "(stands for client.c:scoutfs_client_setup: it would queue the connect worker)",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      out.note("stand-in: a client that never connects");
      m.parts.push("client");
      return done();
    },
  },
});

const clientNetShutdown = program<Scoutfs>()({
  name: "scoutfs_client_net_shutdown",
  source: "(stands for client.c:scoutfs_client_net_shutdown: it has no connection here)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: { shutdown: (_l) => done() },
});

const clientDestroy = program<Scoutfs>()({
  name: "scoutfs_client_destroy",
  source: "(stands for client.c:scoutfs_client_destroy: it would send farewell and wait)",
  start: "destroy",
  locals: () => ({}),
  waits: {},
  steps: {
    destroy(_l, m, out) {
      if (removePart(m, "client")) out.note("stand-in: no farewell");
      return done();
    },
  },
});

export const mountParts = [
  readSupers,
  lockSetup,
  lockShutdown,
  lockDestroy,
  clientSetup,
  clientNetShutdown,
  clientDestroy,
] as const;
