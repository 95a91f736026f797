// The state of one mount: one plain object, a part for each folder. What survives a restart of the
// server inside the same mount lives here for the same reason as in the C: it hangs off the mount.

import type { Rid } from "../core/index.ts";
import type { LockState } from "../lock/types.ts";
import type { LockServerState } from "../lock-server/types.ts";
import type { NetState } from "../net/types.ts";
import type { OmapState } from "../omap/types.ts";
import type { QuorumState } from "../quorum/types.ts";
import type { RecovState } from "../recov/types.ts";
import type { ServerState } from "../server/types.ts";

/** What every part asks of `scoutfs_sb_info`. */
export interface SuperInfo {
  /** `forced_unmount`: from here on no I/O starts and no message is submitted. */
  forcingUnmount: boolean;
  unmounting: boolean;
  readonly rid: Rid;
}

export interface Mount {
  readonly super: SuperInfo;
  readonly server: ServerState;
  readonly net: NetState;
  readonly lock: LockState;
  readonly lockServer: LockServerState;
  readonly recov: RecovState;
  readonly omap: OmapState;
  readonly quorum: QuorumState;
}
