// The answers of scoutfs `main` to what commits of lock_server.c have changed.

import type { LockServerRules } from "./types.ts";

export const lockServerRules: LockServerRules = {
  bearsLostClient: () => true,
};
