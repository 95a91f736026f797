// A listening connection: its socket is bound and listens at once, so that whoever connects while
// the server still starts gets through to the backlog. Mirrors scoutfs_net_alloc_conn,
// scoutfs_net_bind and scoutfs_net_listen of net.c.

import { done, fail, get, hostOf, portOf, program } from "../core/index.ts";
import { allocConn } from "./connections.ts";
import type { NetCalls, NetProtocol } from "./types.ts";

export const netAllocConn = program<NetProtocol>()({
  name: "scoutfs_net_alloc_conn",
  source: "net.c:scoutfs_net_alloc_conn",
  start: "allocate",
  locals: (args: NetCalls["scoutfs_net_alloc_conn"]) => args,
  waits: {},
  steps: {
    allocate: (l, m, out) => done({ value: allocConn(m, out, l) }),
  },
});

export const netBind = program<NetProtocol>()({
  name: "scoutfs_net_bind",
  source: "net.c:scoutfs_net_bind",
  start: "bind",
  locals: (args: NetCalls["scoutfs_net_bind"]) => args,
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

export const netListen = program<NetProtocol>()({
  name: "scoutfs_net_listen",
  source: "(stands for net.c:scoutfs_net_listen, which queues the listen worker)",
  start: "listen",
  locals: (args: NetCalls["scoutfs_net_listen"]) => args,
  waits: {},
  steps: {
    listen(_l, _m, out) {
      out.note("stand-in: no listen worker accepts who connects");
      return done();
    },
  },
});
