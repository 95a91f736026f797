// The client of a mount comes and goes. Mirrors scoutfs_client_setup, scoutfs_client_destroy,
// client_farewell_response and scoutfs_client_net_shutdown of client.c. A client that some server
// has answered says farewell before it goes, and waits until a server has reclaimed it: there is no
// timeout. One that no server has answered goes without a word, also when its greeting was
// processed and only the answer is missing: then the server has it fenced.

import { complete, done, program, tryWait } from "../core/index.ts";
import type { ConnHandle, ResponseArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { clientState } from "./api.ts";
import { connOf, requestArgs } from "./conn.ts";
import { mayQueueConnect, queueConnectWork } from "./queue-connect.ts";

const ONE_ITEM = 1;

export const clientSetup = program<Scoutfs>()({
  name: "scoutfs_client_setup",
  source: "client.c:scoutfs_client_setup",
  start: "allocate",
  locals: () => ({}),
  waits: {},
  steps: {
    allocate(_l, m) {
      Object.assign(m.client, clientState());
      m.parts.push("client");
      const functions = { reqFuncs: "client", notifyDown: "client_notify_down" } as const;
      const args = { ...functions, notifyUp: undefined };
      return { call: "scoutfs_net_alloc_conn", args, then: "createQueue" };
    },
    createQueue(_l, m, out, { value }) {
      m.client.conn = value as ConnHandle;
      out.createQueue("client.workq", ONE_ITEM);
      return "connect";
    },
    connect(_l, m, out) {
      if (mayQueueConnect(m, out)) queueConnectWork(m, out);
      return done();
    },
  },
});

/** Also called without a response, by the drain of a forced unmount. */
export const clientFarewellResponse = program<Scoutfs>()({
  name: "client_farewell_response",
  source: "client.c:client_farewell_response",
  start: "complete",
  locals: ({ error }: ResponseArgs) => ({ error }),
  waits: {},
  steps: {
    complete(l, m, out) {
      out.emit({ kind: "client_farewell_resp", error: l.error ?? 0 });
      m.client.farewellError = l.error;
      complete(m.client.farewellDone);
      out.wake("client.farewell");
      return done();
    },
  },
});

export const clientDestroy = program<Scoutfs>()({
  name: "scoutfs_client_destroy",
  source: "client.c:scoutfs_client_destroy",
  start: "enter",
  locals: () => ({}),
  waits: {
    /** Ended by the response, by a look at the device that finds the item gone, or by the drain of
     *  a forced unmount. */
    farewell: {
      on: () => "client.farewell",
      until: (_l, m) => tryWait(m.client.farewellDone),
      blames: (_l, m) => ({
        who: `the server, last seen in term ${m.client.serverTerm}`,
        because: `it has not answered the farewell of ${m.super.rid}, whose item is still there`,
      }),
    },
  },
  steps: {
    enter(_l, m, out) {
      out.emit({ kind: "client_destroy", rid: m.super.rid });
      return m.parts.includes("client") ? "decide" : done();
    },
    /** Neither is waited for: a greeting that is under way, and a forced unmount that begins. */
    decide(_l, m) {
      if (m.client.serverTerm === 0 || m.super.forcingUnmount) return "stopQueueing";
      m.client.sendingFarewell = true;
      const names = { cmd: "FAREWELL", respFunc: "client_farewell_response" } as const;
      const request = { ...names, data: undefined };
      return { call: "submit_send", args: requestArgs(m, request), then: "submitted" };
    },
    submitted(_l, m, _out, { error }) {
      if (error === undefined) return { wait: "farewell", then: "answered" };
      m.client.farewellError = error;
      return "answered";
    },
    answered(_l, m, out) {
      const { farewellError } = m.client;
      if (farewellError !== undefined) out.note(`client saw farewell error ${farewellError}`);
      return "stopQueueing";
    },
    stopQueueing(_l, m) {
      m.client.shuttingDown = true;
      return { cancel: "scoutfs_client_connect_worker", then: "takeConn" };
    },
    takeConn(_l, m) {
      const { conn } = m.client;
      m.client.conn = undefined;
      return { call: "scoutfs_net_free_conn", args: { conn }, then: "drainQueue" };
    },
    drainQueue: (_l) => ({ drain: "client.workq", then: "free" }),
    free(_l, m, out) {
      out.destroyQueue("client.workq");
      m.parts = m.parts.filter((part) => part !== "client");
      return done();
    },
  },
});

/** Requests that wait are only ended by it when the mount is being unmounted by force. */
export const clientNetShutdown = program<Scoutfs>()({
  name: "scoutfs_client_net_shutdown",
  source: "client.c:scoutfs_client_net_shutdown",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown: (_l, m) =>
      m.client.conn === undefined
        ? done()
        : { call: "scoutfs_net_shutdown", args: { conn: connOf(m) }, then: "leave" },
    leave: (_l) => done(),
  },
});
