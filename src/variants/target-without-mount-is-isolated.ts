// A target whose mount or unmount is under way is in sysfs and not in the mount table: there was
// nothing to umount -f, the script succeeded, and the target went on to write. Here the directory
// of a mount has a file that begins a forced unmount, and the script writes there when it finds
// nothing to unmount. The writes that the target had under way are given some time, as those of a
// busy target are. So it goes when the target leaves the mount table just before umount -f, which
// then fails: the script took a target that was isolated already for one that cannot be. The store
// runs beside an unmount, which must not free the connection that it shuts down: it waits for that.

import { clientDestroy, clientNetShutdown } from "../client/destroy.ts";
import { ms } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Variant } from "./types.ts";

/** How many are at the connection to shut it down. */
type Client = Mount["client"] & { shutters?: number };

const PAUSE = ms(10);
const isBeingShut = ({ client }: Mount): boolean => ((client as Client).shutters ?? 0) > 0;

function counts(m: Mount, by: number): void {
  const client: Client = m.client;
  client.shutters = (client.shutters ?? 0) + by;
}

export const targetWithoutMountIsIsolated: Variant = {
  id: "target-without-mount-is-isolated",
  kind: "repair",
  commit: undefined,
  area: "scoutfs-fenced",
  promises: ["FNC4", "SRV1"],
  says: "a target whose mount or unmount is under way is isolated before it counts as fenced",
  rules: { isolatesThroughSysfs: () => true },
  steps: {
    scoutfs_client_net_shutdown: {
      shutdown(l, m, out, ret) {
        counts(m, m.client.conn === undefined ? 0 : 1);
        return clientNetShutdown.steps.shutdown(l, m, out, ret);
      },
      leave(l, m, out, ret) {
        counts(m, -1);
        return clientNetShutdown.steps.leave(l, m, out, ret);
      },
    },
    scoutfs_client_destroy: {
      takeConn: (l, m, out, ret) =>
        isBeingShut(m)
          ? { sleep: PAUSE, then: "takeConn" }
          : clientDestroy.steps.takeConn(l, m, out, ret),
    },
  },
};
