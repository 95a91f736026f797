// A mount whose lock was being taken back while the server changed reported the mode from before,
// and then gave it up. To the new server it still had that mode, so a grant of it said that the
// mount could read all along: what it had cached under the lock was not read again. Here a grant
// counts as one of something new also when the mount itself could not read before.

import { canRead } from "../lock/modes.ts";
import type { Variant } from "./types.ts";

export const grantRefreshesByOwnMode: Variant = {
  id: "grant-refreshes-by-own-mode",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["LCK4"],
  says: "a grant advances the refresh generation if the mount could not read by its own account",
  rules: { couldReadBefore: (lock, nl) => canRead(nl.oldMode) && canRead(lock.mode) },
};
