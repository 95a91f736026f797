// A mount that fails, or that somebody interrupts, is torn down as by a forced unmount, so that
// nothing waits for a server that may never answer. It says no farewell either, and its server has
// the host fenced once it has waited 20 s for it to come back. Here it waits for the answer to its
// greeting, if that is under way, before it shuts its connection down. When all else is down, its
// client connects once more and says farewell. Either wait is as long as the server waits for a
// client. Nothing that the mount had asked for is repeated: that ended with the connection.

import { connOf } from "../client/conn.ts";
import { clientConnectWorker } from "../client/connect.ts";
import { clientDestroy, clientNetShutdown } from "../client/destroy.ts";
import { queueConnectWork } from "../client/queue-connect.ts";
import { type Ret, us } from "../core/index.ts";
import { fillSuper } from "../mount/mount.ts";
import type { Mount } from "../mount/types.ts";
import { connOf as netConn } from "../net/connections.ts";
import { CLIENT_RECONNECT_TIMEOUT_MS } from "../net/timing.ts";
import type { Variant } from "./types.ts";

const LOOK_US = 100_000;
const LOOKS = CLIENT_RECONNECT_TIMEOUT_MS / LOOK_US;

/** `shuts` counts who shuts the connection of a failed mount down: it does, and who isolates it. */
type Super = Mount["super"] & { failed?: true; shuts?: number };
type Client = Mount["client"] & { hasGreeted?: true };

const hasFailed = (m: Mount): boolean => (m.super as Super).failed === true;

/** One that is being isolated is not let out again. */
function fails({ super: sb }: { readonly super: Super }, { error }: Ret): void {
  if (error !== undefined && !sb.forcingUnmount) sb.failed = true;
}
function isOnItsOwn(m: Mount): boolean {
  const { shuts = 0 }: Super = m.super;
  return hasFailed(m) && shuts < 2;
}

/** A greeting of its has no answer, and may still get one. */
function isGreeting(m: Mount): boolean {
  const client: Client = m.client;
  if (client.conn === undefined || client.hasGreeted !== true) return false;
  return client.serverTerm === 0 && netConn(m, connOf(m)).flags.established;
}

export const failedMountSaysFarewell: Variant = {
  id: "failed-mount-says-farewell",
  kind: "repair",
  commit: undefined,
  area: "client.c",
  promises: ["FNC5"],
  says: "a mount that fails says farewell to the server that knows it, and waits for 20 s at most",
  steps: {
    scoutfs_fill_super: {
      gotRoot(l, m, out, ret) {
        fails(m, ret);
        return fillSuper.steps.gotRoot(l, m, out, ret);
      },
      gotLogTrees(l, m, out, ret) {
        fails(m, ret);
        return fillSuper.steps.gotLogTrees(l, m, out, ret);
      },
    },
    scoutfs_client_connect_worker: {
      greeted(l, m, out, ret) {
        const client: Client = m.client;
        if (ret.error === undefined) client.hasGreeted = true;
        return clientConnectWorker.steps.greeted(l, m, out, ret);
      },
    },
    scoutfs_client_net_shutdown: {
      shutdown(l: { looks?: number }, m, out, ret) {
        const { looks = 0 } = l;
        const sb: Super = m.super;
        if (looks === 0 && hasFailed(m)) sb.shuts = (sb.shuts ?? 0) + 1;
        if (!isOnItsOwn(m) || !isGreeting(m) || looks === LOOKS) {
          return clientNetShutdown.steps.shutdown(l, m, out, ret);
        }
        l.looks = looks + 1;
        return { sleep: us(LOOK_US), then: "shutdown" };
      },
    },
    scoutfs_client_destroy: {
      decide(l, m, out, ret) {
        if (isOnItsOwn(m) && m.client.serverTerm !== 0) {
          m.super.forcingUnmount = false;
          queueConnectWork(m, out);
        }
        return clientDestroy.steps.decide(l, m, out, ret);
      },
      submitted(l, m, out, ret) {
        const next = clientDestroy.steps.submitted(l, m, out, ret);
        if (!isOnItsOwn(m) || next === "answered") return next;
        const timeout = { after: CLIENT_RECONNECT_TIMEOUT_MS, then: "stopWaiting" } as const;
        return { wait: "farewell", timeout, then: "stopWaiting" };
      },
      /** What is left of it goes as by force. */
      stopWaiting(_l, m) {
        m.super.forcingUnmount = true;
        return "answered";
      },
    },
  },
};
