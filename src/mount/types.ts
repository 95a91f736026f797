// The state of one mount: one plain object, a part for each folder. What survives a restart of the
// server inside the same mount lives here for the same reason as in the C: it hangs off the mount.

import type { ClientState } from "../client/types.ts";
import type { Errno, Rid } from "../core/index.ts";
import type { FenceState } from "../fence/types.ts";
import type { InodeState } from "../inode/types.ts";
import type { ItemState } from "../item/types.ts";
import type { LockState } from "../lock/types.ts";
import type { LockServerState } from "../lock-server/types.ts";
import type { NetState, VolumeOptions } from "../net/types.ts";
import type { OmapState } from "../omap/types.ts";
import type { QuorumOptions, QuorumState } from "../quorum/types.ts";
import type { RecovState } from "../recov/types.ts";
import type { ServerState } from "../server/types.ts";
import type { SrchState } from "../srch/types.ts";
import type { TransState } from "../trans/types.ts";

/** What every part asks of `scoutfs_sb_info`. */
export interface SuperInfo {
  /** `forced_unmount`: from here on no I/O starts and no message is submitted. */
  forcingUnmount: boolean;
  unmounting: boolean;
  readonly rid: Rid;
}

export interface Mount {
  readonly super: SuperInfo;
  readonly options: QuorumOptions;
  /** Whatever of these has been set up. */
  parts: Part[];
  readonly server: ServerState;
  readonly net: NetState;
  readonly trans: TransState;
  readonly item: ItemState;
  readonly srch: SrchState;
  readonly lock: LockState;
  readonly lockServer: LockServerState;
  readonly recov: RecovState;
  readonly omap: OmapState;
  readonly inode: InodeState;
  readonly quorum: QuorumState;
  readonly fence: FenceState;
  readonly client: ClientState;
  readonly volopt: VoloptState;
}

/** `volopt_info`: the files of the volume options in sysfs. */
export interface VoloptState {
  /** Reads and writes of them that are under way. */
  users: number;
}

/** The parts whose setup has left something for their destroy: pointers of `scoutfs_sb_info` that
 *  have no state of their own here to tell it by. */
export type Part = "net" | "lock" | "client" | "volopt" | "root";

/** What the plan says of a mount. */
export interface MountOptions {
  /** Drawn at random there. */
  readonly rid: Rid;
  readonly quorumSlotNr?: number;
  readonly quorumHeartbeatTimeoutMs?: number;
  readonly lockIdleCount?: number;
  /** Without it this mount scans for no orphans. */
  readonly orphanScanDelayMs?: number;
  readonly tcpKeepaliveTimeoutMs?: number;
}

export interface MountCalls {
  scoutfs_fill_super: object;
  scoutfs_put_super: object;
  /** `umount`. */
  scoutfs_kill_sb: object;
  /** `umount -f`, which goes on with `scoutfs_kill_sb`. */
  scoutfs_umount_begin: object;
  scoutfs_read_supers: object;
  get_root: object;
  /** `sync`. */
  scoutfs_sync_fs: { readonly wait: boolean };
  /** The kernel's, before an unmount: what is dirty is written if that is possible. */
  sync_filesystem: object;
  scoutfs_volopt_setup: object;
  scoutfs_volopt_destroy: object;
  /** `cat volume_options/data_alloc_zone_blocks`; `ret.value`: the number, or undefined. */
  volopt_attr_show: object;
  /** `echo N > ...`; without a number the option is cleared. */
  volopt_attr_store: VolumeOptions;
}

export type MountWaitQueues = "volopt.users";

export type MountRecord =
  | { readonly kind: "fill_super"; readonly rid: Rid }
  | { readonly kind: "fill_super_ret"; readonly rid: Rid; readonly error: Errno | undefined }
  | { readonly kind: "put_super"; readonly rid: Rid }
  | { readonly kind: "put_super_ret"; readonly rid: Rid }
  | { readonly kind: "umount_begin"; readonly rid: Rid }
  | { readonly kind: "sync_fs"; readonly rid: Rid; readonly wait: 0 | 1 };
