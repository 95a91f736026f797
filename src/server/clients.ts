// A client has come to this server for the first time, or its connection is gone. Mirrors
// server_notify_up and server_notify_down of server.c with free_farewell_requests. The info of each
// connection is an entry of the list of clients, and moves to the connection that takes over from
// it: nobody looks before an entry is put in twice, or taken out that never was in, and the C
// damages memory then. A farewell that farewell_worker has taken to its own lists is not found:
// it outlives its connection, and is counted beside the one that the client sends again.

import { assert, done, get, program } from "../core/index.ts";
import type { NotifyArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";

export const serverNotifyUp = program<Scoutfs>()({
  name: "server_notify_up",
  source: "server.c:server_notify_up",
  start: "add",
  locals: ({ conn, rid }: NotifyArgs) => ({ conn, rid }),
  waits: {},
  steps: {
    /** A client whose greeting this server had answered in vain greets again as one that comes for
     *  the first time, and has taken over the info of the connection before. */
    add(l, m, out) {
      if (l.rid === 0) return done();
      const conn = get(m.net.conns, l.conn);
      if (conn.infoListed && out.rules.checksListOfClients()) return done();
      assert(!conn.infoListed, `rid ${l.rid} to be put on the list of clients once`);
      conn.infoListed = true;
      m.server.clients.push(l.rid);
      const nr_clients = m.server.clients.length;
      out.emit({ kind: "server_client_up", rid: l.rid, nr_clients });
      return done();
    },
  },
});

export const serverNotifyDown = program<Scoutfs>()({
  name: "server_notify_down",
  source: "server.c:server_notify_down",
  start: "enter",
  locals: ({ conn, rid }: NotifyArgs) => ({ conn, rid }),
  waits: {},
  steps: {
    /** Without a rid it is taken for the listener's (`serverListenerDown` in api.ts), also when a
     *  client's connection goes before it has greeted: that stops the server. */
    enter(l, m, out) {
      if (l.rid === 0 && !out.rules.stopsWhenUngreetedLeaves()) return done();
      if (l.rid === 0) {
        const cause = "an accepted connection is gone that never greeted";
        return { call: "stop_server", args: { cause }, then: "stopped" };
      }
      const conn = get(m.net.conns, l.conn);
      if (!conn.infoListed && out.rules.checksListOfClients()) return "freeFarewells";
      assert(conn.infoListed, `rid ${l.rid} to be on the list of clients when it leaves`);
      conn.infoListed = false;
      m.server.clients.splice(m.server.clients.indexOf(l.rid), 1);
      const nr_clients = m.server.clients.length;
      out.emit({ kind: "server_client_down", rid: l.rid, nr_clients });
      return "freeFarewells";
    },
    freeFarewells(l, m) {
      const { server } = m;
      server.farewellRequests = server.farewellRequests.filter(({ rid }) => rid !== l.rid);
      return done();
    },
    stopped: (_l) => done(),
  },
});
