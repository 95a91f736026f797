// Sends a request and waits for its response, as a system call does. Mirrors
// scoutfs_net_sync_request and sync_response of net.c. Nothing but the response ends the wait.

import type { Handle } from "../core/index.ts";
import { allocate, assert, done, fail, free, get, program } from "../core/index.ts";
import { connNumber, NO_RID } from "./connections.ts";
import type { NetCalls, NetProtocol, ResponseArgs, SyncRequest } from "./types.ts";

type SyncHandle = Handle<SyncRequest>;

export const netSyncRequest = program<NetProtocol>()({
  name: "scoutfs_net_sync_request",
  source: "net.c:scoutfs_net_sync_request",
  start: "enter",
  locals: ({ conn, cmd, data }: NetCalls["scoutfs_net_sync_request"]) => ({
    conn,
    cmd,
    data,
    sreq: { id: 0, generation: 0 } as SyncHandle,
  }),
  waits: {
    answered: {
      on: (l) => ["net.sync_request", l.sreq.id],
      until: (l, m) => get(m.net.syncRequests, l.sreq).done,
      blames: (l) => ({
        who: `the peer of connection ${connNumber(l.conn)}`,
        because: `it has not answered ${l.cmd}`,
      }),
    },
  },
  steps: {
    enter(l, m) {
      l.sreq = allocate(m.net.syncRequests, { done: false, error: undefined, data: undefined });
      const { conn, cmd, data, sreq } = l;
      const args = {
        conn,
        rid: NO_RID,
        cmd,
        response: false,
        id: 0,
        error: undefined,
        data,
        respFunc: "sync_response",
        respData: sreq,
      } as const;
      return { call: "submit_send", args, then: "submitted" };
    },
    submitted(l, m, _out, ret) {
      if (ret.error === undefined) return { wait: "answered", then: "leave" };
      free(m.net.syncRequests, l.sreq);
      return fail(ret.error);
    },
    leave(l, m) {
      const { error, data } = get(m.net.syncRequests, l.sreq);
      free(m.net.syncRequests, l.sreq);
      return error === undefined ? done({ value: data }) : fail(error);
    },
  },
});

export const syncResponse = program<NetProtocol>()({
  name: "sync_response",
  source: "net.c:sync_response",
  start: "complete",
  locals: (args: ResponseArgs) => args,
  waits: {},
  steps: {
    /** A second call for one request finds the waiter's stack gone. */
    complete(l, m, out) {
      assert(l.respData !== undefined, "a synchronous request to have a waiter");
      const sreq = get(m.net.syncRequests, l.respData as SyncHandle);
      sreq.error = l.error;
      sreq.data = l.data;
      sreq.done = true;
      out.wake(["net.sync_request", l.respData.id]);
      return done();
    },
  },
});
