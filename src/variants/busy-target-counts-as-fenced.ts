// A forced umount of a mount that somebody is inside of isolates it and is refused all the same:
// the script said that it failed, and the server stopped because of a mount that could do nothing
// any more; so did the next one, until everybody had left. Here a target that is still in the mount
// table after its umount -f counts as fenced. Nobody waits for the writes that it had under way,
// as an umount that goes through does, so the script gives them some time.

import type { Variant } from "./types.ts";

export const busyTargetCountsAsFenced: Variant = {
  id: "busy-target-counts-as-fenced",
  kind: "repair",
  commit: undefined,
  area: "scoutfs-fenced",
  promises: ["FNC4", "SRV2"],
  says: "a target that a forced umount has isolated counts as fenced though it is busy",
  rules: { bearsBusyTarget: () => true },
};
