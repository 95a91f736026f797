// A client says who it is and which server it knew last. Mirrors server_greeting of server.c. The
// item of a client that no server has answered yet is durable before it hears of it; a greeting may
// come again from a client that never got its response, so the item may be there. The response is
// queued first, then the connection is let open, and only then may others send: so what fails after
// the response ends the connection, and the client does not learn why. The file system and format
// are those of the one device there is, so they are not compared.

import type { Errno, Next } from "../core/index.ts";
import { assert, done, fail, free, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Greeting, RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_GREETING } from "../recov/api.ts";
import { type Holding, holdOf } from "./hold.ts";
import { greetingFlags, respond } from "./messages.ts";

interface Locals extends Holding, RequestArgs {
  readonly gr: Greeting;
  error: Errno | undefined;
}

/** The term is read once more after each thing that may sleep. */
const knowsUs = (l: Locals, m: Mount) => l.gr.serverTerm === m.server.term;

function netGreeting(l: Locals, m: Mount): Next<Scoutfs, "greeted", never> {
  const { conn, id, gr } = l;
  const args = {
    conn,
    rid: gr.rid,
    greetingId: id,
    reconnecting: gr.serverTerm !== 0,
    firstContact: !knowsUs(l, m),
    farewell: gr.farewell,
  };
  return { call: "scoutfs_net_server_greeting", args, then: "greeted" };
}

export const serverGreeting = program<Scoutfs>()({
  name: "server_greeting",
  source: "server.c:server_greeting",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    gr: args.data as Greeting,
    hold: undefined,
    error: undefined,
  }),
  waits: {},
  steps: {
    enter(l, m, out) {
      const { serverTerm, rid } = l.gr;
      const gr_flags = greetingFlags(l.gr);
      out.emit({ kind: "server_greeting", id: l.id, gr_term: serverTerm, rid, gr_flags });
      if (serverTerm !== 0) return "recovered";
      return { call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "insert" };
    },
    insert(l, m) {
      const { peer } = get(m.net.conns, l.conn);
      assert(peer !== undefined, "a connection that greets to have a peer");
      const args = { greeting: { ...l.gr }, address: peer };
      return { call: "insert_mounted_client", args, then: "apply" };
    },
    apply: (l, m, _out, { error }) => ({
      call: "server_apply_commit",
      args: { hold: holdOf(l, m), err: error },
      then: "queueFarewells",
    }),
    /** Looks at no status, as others do who queue this: a server that has flushed the work already
     *  may so get more of it. */
    queueFarewells(l, m, out, { error }) {
      l.error = error;
      free(m.server.holds, holdOf(l, m));
      out.queueWork("server.wq", "farewell_worker");
      return error === undefined ? "recovered" : "respond";
    },
    recovered: (l) => ({
      call: "scoutfs_server_recov_finish",
      args: { rid: l.gr.rid, which: RECOV_GREETING },
      then: "respond",
    }),
    respond(l, m) {
      const { rid } = l.gr;
      const data = { serverTerm: m.server.term, rid, farewell: false, quorum: false };
      return respond(l, { error: l.error, data });
    },
    responded(l, _m, _out, { error }) {
      const failed = error ?? l.error;
      return failed === undefined ? "letOpen" : fail(failed);
    },
    letOpen: (l, m) => netGreeting(l, m),
    greeted: (l, m) =>
      knowsUs(l, m)
        ? done()
        : { call: "scoutfs_lock_server_greeting", args: { rid: l.gr.rid }, then: "addRid" },
    addRid: (l, _m, _out, { error }) =>
      error === undefined
        ? { call: "scoutfs_omap_add_rid", args: { rid: l.gr.rid }, then: "leave" }
        : fail(error),
    leave: (_l, _m, _out, { error }) => done({ error }),
  },
});
