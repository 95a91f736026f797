// What the server's worker calls in folders that do not have it yet, each saying what it stands
// for. The listening socket is real: its port is taken from the bind to the end of the shutdown.

import type { Out } from "../core/index.ts";
import { done, fail, get, hostOf, portOf, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { ServerStandIns } from "./types.ts";

type AllocConn = (
  m: Mount,
  out: Out<Scoutfs>,
  notify: ServerStandIns["scoutfs_net_alloc_conn"],
) => ConnHandle;

/** The function of net/ as a program, for callers in other folders; it is given where the programs
 *  are put together. */
export const netAllocConn = (allocConn: AllocConn) =>
  program<Scoutfs>()({
    name: "scoutfs_net_alloc_conn",
    source: "net.c:scoutfs_net_alloc_conn",
    start: "allocate",
    locals: (notify: ServerStandIns["scoutfs_net_alloc_conn"]) => notify,
    waits: {},
    steps: {
      allocate: ({ notifyUp, notifyDown }, m, out) =>
        done({ value: allocConn(m, out, { notifyUp, notifyDown }) }),
    },
  });

/** As there it listens at once: who connects while the server still starts gets through to the
 *  backlog, and waits there for the listen worker. */
export const netBind = program<Scoutfs>()({
  name: "scoutfs_net_bind",
  source: "net.c:scoutfs_net_bind",
  start: "bind",
  locals: (args: ServerStandIns["scoutfs_net_bind"]) => args,
  waits: {},
  steps: {
    bind(l, m, out) {
      const port = portOf(l.address);
      if (hostOf(l.address) !== hostOf(out.here(port))) return fail("EADDRNOTAVAIL");
      const socket = out.bind(port);
      if (typeof socket === "string") return fail(socket);
      out.listen(socket);
      get(m.net.conns, l.conn).sock = socket;
      return done();
    },
  },
});

export const netListen = program<Scoutfs>()({
  name: "scoutfs_net_listen",
  source: "(stands for net.c:scoutfs_net_listen, which queues the listen worker)",
  start: "listen",
  locals: (args: ServerStandIns["scoutfs_net_listen"]) => args,
  waits: {},
  steps: {
    listen(_l, _m, out) {
      out.note("stand-in: no listen worker accepts who connects");
      return done();
    },
  },
});

export const forestGetMaxSeq = program<Scoutfs>()({
  name: "scoutfs_forest_get_max_seq",
  source: "(stands for forest.c:scoutfs_forest_get_max_seq; items here have no seq of their own)",
  reads: "dirty",
  start: "read",
  locals: () => ({}),
  waits: {},
  steps: {
    read(_l, m) {
      const { btreeError, dirtySuper } = m.server;
      if (btreeError !== undefined) return fail(btreeError);
      const seqs = dirtySuper.logTrees.map(({ commitTransSeq }) => commitTransSeq);
      return done({ value: Math.max(0, ...seqs) });
    },
  },
});

export const lockServerSetup = program<Scoutfs>()({
  name: "scoutfs_lock_server_setup",
  source: "(stands for lock_server.c:scoutfs_lock_server_setup)",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m) {
      m.lockServer.locks = [];
      return done();
    },
  },
});

/** Whatever is still granted: clients report it to the next server. */
export const lockServerDestroy = program<Scoutfs>()({
  name: "scoutfs_lock_server_destroy",
  source: "(stands for lock_server.c:scoutfs_lock_server_destroy)",
  start: "destroy",
  locals: () => ({}),
  waits: {},
  steps: {
    destroy(_l, m) {
      m.lockServer.locks = [];
      return done();
    },
  },
});

export const omapServerShutdown = program<Scoutfs>()({
  name: "scoutfs_omap_server_shutdown",
  source: "(stands for omap.c:scoutfs_omap_server_shutdown)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown(_l, m) {
      m.omap.requests = [];
      m.omap.rids = [];
      return done();
    },
  },
});
