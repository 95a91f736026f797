// A request carries what the old server had given: its sequence numbers, its lock modes. main
// sends it to the new server as it is, and a lock request has no way to fail. The proposal ends
// all of them with ECONNRESET before anything else is sent; whoever still needs an answer asks
// again. A farewell fails with them.

import { requestArgs } from "../client/conn.ts";
import { clientLockResponse } from "../client/lock-messages.ts";
import * as requests from "../client/requests.ts";
import { assert, done, type Errno, fail } from "../core/index.ts";
import { lockOf, lookupLock, putLock, waitq } from "../lock/locks.ts";
import type { LockHandle, NetLock } from "../lock/types.ts";
import { connOf } from "../net/connections.ts";
import { freeMessage } from "../net/messages.ts";
import { emitMessage } from "../net/records.ts";
import type { ConnHandle, Greeting, ResponseArgs } from "../net/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly conn: ConnHandle;
  readonly greeting: Greeting | undefined;
  readonly error: Errno | undefined;
}

/** `client_sync_request`: asks again, unless the mount goes. */
const retryingRequests: Variant["steps"] = Object.fromEntries(
  Object.values(requests).map(({ name, steps }) => [
    name,
    {
      answered(l, m, out, ret) {
        if (ret.error !== "ECONNRESET") return steps.answered(l, m, out, ret);
        return m.super.unmounting || m.super.forcingUnmount ? fail("ESHUTDOWN") : "send";
      },
    },
  ]),
);

export const staleRequestsResentToNewServer: Variant = {
  id: "stale-requests-resent-to-new-server",
  kind: "open",
  commit: "fe43c624aa",
  area: "net.c",
  promises: ["NET3", "CRASH", "LIVE", "WRK1"],
  says: "requests that wait for the old server fail when a new one answers, and are asked anew",
  unsound:
    "a waiting farewell fails too: its client goes unreclaimed, or crashes when asked for locks",
  steps: {
    ...retryingRequests,
    client_greeting: {
      enter(l: Locals, m, out) {
        const term = l.greeting?.serverTerm ?? 0;
        const prev = m.client.serverTerm;
        out.emit({ kind: "client_greeting", gr_term: term, prev_term: prev, error: l.error ?? 0 });
        if (l.error !== undefined) return fail(l.error);
        if (l.greeting === undefined) return fail("EINVAL");
        if (term === prev) return "open";
        const c = connOf(m, l.conn);
        c.recvSeq = 0;
        c.resendQueue = c.resendQueue.filter((msend) => !msend.response);
        return "reset";
      },
      /** One after another, each outside of the connection's lock. */
      reset(l: Locals, m, out) {
        const c = connOf(m, l.conn);
        const [msend] = c.resendQueue;
        if (msend === undefined || msend.response) return "open";
        emitMessage(m, out, { kind: "net.failed", conn: l.conn, message: msend });
        freeMessage(c, msend);
        const { respFunc, respData } = msend;
        if (respFunc === undefined) return "reset";
        const args = { conn: l.conn, data: undefined, error: "ECONNRESET", respData } as const;
        return { call: respFunc, args, then: "reset" };
      },
      open(l: Locals, m, out) {
        const isNew = l.greeting?.serverTerm !== m.client.serverTerm;
        out.api.netClientGreeting(m, out, l.conn, isNew);
        return "remember";
      },
    },
    scoutfs_client_lock_request: {
      submit(l: { readonly lock: NetLock }, m) {
        const request = { cmd: "LOCK", data: l.lock, respFunc: "client_lock_response" } as const;
        const respData = lookupLock(m, l.lock.key);
        return {
          call: "submit_send",
          args: { ...requestArgs(m, request), respData },
          then: "leave",
        };
      },
    },
    client_lock_response: {
      grant(l: { readonly args: ResponseArgs; readonly lock: NetLock | undefined }, m, out, ret) {
        const { error, respData } = l.args;
        if (error === undefined || respData === undefined) {
          return clientLockResponse.steps.grant(l, m, out, ret);
        }
        const h = respData as LockHandle;
        const lock = lockOf(m, h);
        assert(lock.requestPending, `a request to be pending that failed at ${lock.start}`);
        lock.requestPending = false;
        out.wake(waitq(h));
        putLock(m, out, h);
        return done();
      },
    },
  },
};
