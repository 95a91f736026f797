// A target whose mount or unmount is under way is in sysfs and not in the mount table: there was
// nothing to umount -f, the script succeeded, and the target went on to write. Here the directory
// of a mount has a file that begins a forced unmount, and the script writes there when it finds
// nothing to unmount. The writes that the target had under way are given some time, as those of a
// busy target are. So it goes when the target leaves the mount table just before umount -f, which
// then fails: the script took a target that was isolated already for one that cannot be. In the C
// the store has to exclude scoutfs_client_destroy, which frees the connection that it shuts down.

import type { Variant } from "./types.ts";

export const targetWithoutMountIsIsolated: Variant = {
  id: "target-without-mount-is-isolated",
  kind: "repair",
  commit: undefined,
  area: "scoutfs-fenced",
  promises: ["FNC4", "SRV1"],
  says: "a target whose mount or unmount is under way is isolated before it counts as fenced",
  rules: { isolatesThroughSysfs: () => true },
};
