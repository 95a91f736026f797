// A mount that fails, or that somebody interrupts, is torn down as by a forced unmount, so that
// nothing waits for a server that may never answer. It says no farewell either, and its server has
// the host fenced once it has waited 20 s for it to come back. Here, when all else is down, its
// client connects once more and says farewell, if a server has greeted it, and waits for as long as
// the server would wait for the client. Nothing that the mount had asked for is repeated: that
// ended with the connection. A member that the majority needs is let go as little as in an unmount.

import { clientDestroy } from "../client/destroy.ts";
import { queueConnectWork } from "../client/queue-connect.ts";
import type { Ret } from "../core/index.ts";
import { forcedUnmount } from "../mount/forced-unmount.ts";
import { fillSuper } from "../mount/mount.ts";
import type { Mount } from "../mount/types.ts";
import { CLIENT_RECONNECT_TIMEOUT_MS } from "../net/timing.ts";
import type { Variant } from "./types.ts";

type Super = Mount["super"] & { failed?: boolean };

const hasFailed = (m: Mount): boolean => (m.super as Super).failed === true;

/** One that is being isolated is not let out again. */
function fails({ super: sb }: { readonly super: Super }, { error }: Ret): void {
  if (error !== undefined && !sb.forcingUnmount) sb.failed = true;
}

export const failedMountSaysFarewell: Variant = {
  id: "failed-mount-says-farewell",
  kind: "repair",
  commit: undefined,
  area: "client.c",
  promises: ["FNC5"],
  says: "a failed mount says farewell to the server that greeted it, and waits for 20 s at most",
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
    scoutfs_umount_begin: {
      begin(l, m, out, ret) {
        const sb: Super = m.super;
        sb.failed = false;
        return forcedUnmount.steps.begin(l, m, out, ret);
      },
    },
    scoutfs_client_destroy: {
      decide(l, m, out, ret) {
        if (hasFailed(m) && m.client.serverTerm !== 0) {
          m.super.forcingUnmount = false;
          queueConnectWork(m, out);
        }
        return clientDestroy.steps.decide(l, m, out, ret);
      },
      submitted(l, m, out, ret) {
        const next = clientDestroy.steps.submitted(l, m, out, ret);
        if (!hasFailed(m) || next === "answered") return next;
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
