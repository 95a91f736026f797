// When the connect worker is queued: while the client is neither being destroyed nor unmounted by
// force, after the delay of that moment. Mirrors queue_connect_dwork and client_notify_down of
// client.c. Neither flag has a lock; the worker looks and queues in two steps, and so may be
// overtaken between them by a destroy, whose cancel then keeps it from being queued.

import { done, type Out, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { NotifyArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";

export function mayQueueConnect(m: Mount, out: Out<Scoutfs>): boolean {
  if (!m.client.shuttingDown && !m.super.forcingUnmount) return true;
  out.ignored("the client goes, it does not connect again");
  return false;
}

/** A no-op while the worker is pending: an attempt that fails queues it twice, by its connection's
 *  shutdown and by its own end. */
export function queueConnectWork(m: Mount, out: Out<Scoutfs>): void {
  out.queueDelayedWork("client.workq", "scoutfs_client_connect_worker", m.client.connectDelay);
}

/** Under the connection's lock, so it is one region: an attempt has failed, or an established
 *  connection has broken. */
export function notifyDown(m: Mount, out: Out<Scoutfs>): void {
  if (mayQueueConnect(m, out)) queueConnectWork(m, out);
}

export const clientNotifyDown = program<Scoutfs>()({
  name: "client_notify_down",
  source: "client.c:client_notify_down",
  start: "notify",
  locals: (args: NotifyArgs) => args,
  waits: {},
  steps: {
    notify(_l, m, out) {
      notifyDown(m, out);
      return done();
    },
  },
});
