// Keeps a connection to whoever is the server: asks the quorum blocks where it is, connects, sends
// a greeting. Mirrors scoutfs_client_connect_worker of client.c, one delayed work of a queue that
// runs one item. It ends as soon as the greeting is submitted: what becomes of that shows in
// client_greeting, or in the shutdown of the connection, which queues the worker again. During an
// unmount each turn first looks whether the farewell is through.

import type { Address } from "../core/index.ts";
import { complete, done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { connOf, requestArgs } from "./conn.ts";
import { mayQueueConnect, queueConnectWork } from "./queue-connect.ts";
import { CLIENT_CONNECT_DELAY_MS, CLIENT_CONNECT_TIMEOUT_MS } from "./timing.ts";

export const clientConnectWorker = program<Scoutfs>()({
  name: "scoutfs_client_connect_worker",
  source: "client.c:scoutfs_client_connect_worker",
  start: "enter",
  locals: () => ({}),
  waits: {},
  steps: {
    enter: (_l, m) =>
      m.client.sendingFarewell
        ? { call: "lookup_mounted_client_item", args: { rid: m.super.rid }, then: "lookedUp" }
        : "findServer",
    /** Whatever went wrong with the look counts as an item that is still there. Once it is gone the
     *  worker ends for good: the connection stays down. */
    lookedUp(_l, m, out, { value }) {
      if (value !== false) return "findServer";
      m.client.farewellError = undefined;
      complete(m.client.farewellDone);
      out.wake("client.farewell");
      out.note("the farewell was processed although no response came");
      return done();
    },
    findServer(_l, m) {
      m.client.connectDelay = CLIENT_CONNECT_DELAY_MS;
      return { call: "scoutfs_quorum_server_sin", args: {}, then: "connect" };
    },
    /** On the thread of the worker: as long as the attempt lasts, no other one begins. */
    connect(_l, m, _out, ret) {
      if (ret.error !== undefined) return "requeue";
      const address = ret.value as Address;
      const args = { conn: connOf(m), address, timeout: CLIENT_CONNECT_TIMEOUT_MS };
      return { call: "scoutfs_net_connect", args, then: "greet" };
    },
    /** An unmount that began during the attempt is in the flags. */
    greet(_l, m, _out, { error }) {
      if (error !== undefined) return "requeue";
      const { serverTerm, sendingFarewell: farewell } = m.client;
      const quorum = m.options.quorumSlotNr >= 0;
      const data = { serverTerm, rid: m.super.rid, farewell, quorum };
      const request = { cmd: "GREETING", data, respFunc: "client_greeting" } as const;
      return { call: "submit_send", args: requestArgs(m, request), then: "greeted" };
    },
    greeted: (_l, m, _out, { error }) =>
      error === undefined
        ? done()
        : { call: "scoutfs_net_shutdown", args: { conn: connOf(m) }, then: "requeue" },
    requeue: (_l, m, out) => (mayQueueConnect(m, out) ? "queue" : done()),
    queue(_l, m, out) {
      queueConnectWork(m, out);
      return done();
    },
  },
});
