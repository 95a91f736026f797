// A batch of invalidations is settled at its end. A lock of it that was answered may be granted
// anew while another of the batch still syncs, and a server that comes up meanwhile was told the
// mode from before the invalidation: read, where the mount writes. It granted reads beside that.
// Here the mode that was granted is told. An invalidation leaves null, or read of write; what else
// a lock has was granted since. Read of write may be either, and write, which is more, is told as
// before.

import { lockRules } from "../lock/rules.ts";
import type { Lock } from "../lock/types.ts";
import type { Variant } from "./types.ts";

const isGrantedAnew = ({ mode, invalidatingMode }: Lock): boolean =>
  mode !== "null" && !(mode === "read" && invalidatingMode === "write");

export const recoveryTellsANewGrant: Variant = {
  id: "recovery-tells-a-new-grant",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["LCK1"],
  says: "lock recovery reports what was granted after an invalidation that is not settled yet",
  partOf: "recovery-reports-mode-before-invalidation-done",
  rules: {
    recoveredMode: (lock) => (isGrantedAnew(lock) ? lock.mode : lockRules.recoveredMode(lock)),
  },
};
