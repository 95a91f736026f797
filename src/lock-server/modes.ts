// Who may hold what beside whom: invalidation_mode and client_entries_compatible of lock_server.c.

import type { LockMode } from "../lock/types.ts";
import type { ClientLockEntry } from "./types.ts";

/** What is left to whoever has to give way: a writer may go on reading beside a reader. */
export const invalidationMode = (granted: LockMode, requested: LockMode): LockMode =>
  granted === "write" && requested === "read" ? "read" : "null";

/** A null request is compatible with nothing of its own client: so it makes the server take back
 *  what that client has. */
export function compatible(granted: ClientLockEntry, requested: ClientLockEntry): boolean {
  const isShared = granted.mode === "read" || granted.mode === "write_only";
  if (granted.mode === requested.mode && isShared) return true;
  const isUpgrade = granted.mode === "read" && requested.mode === "write";
  if (granted.rid === requested.rid) return isUpgrade;
  return granted.mode === "null" || requested.mode === "null";
}
