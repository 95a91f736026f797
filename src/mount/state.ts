// A mount before anything of it has run: what `scoutfs_sb_info` is after its allocation, with the
// options that were given. Everything else is built up by scoutfs_fill_super.

import { clientState } from "../client/api.ts";
import { fenceState } from "../fence/api.ts";
import { inodeState } from "../inode/api.ts";
import { itemState } from "../item/api.ts";
import { lockState } from "../lock/api.ts";
import { lockServerState } from "../lock-server/api.ts";
import { netState } from "../net/api.ts";
import { omapState } from "../omap/api.ts";
import { serverState } from "../server/api.ts";
import { srchState } from "../srch/api.ts";
import { transState } from "../trans/api.ts";
import type { Mount, MountOptions } from "./types.ts";

/** DEFAULT_LOCK_IDLE_COUNT and SCOUTFS_QUORUM_DEF_HB_TIMEO_MS. */
const LOCK_IDLE_COUNT = 10_000;
const HEARTBEAT_TIMEOUT_MS = 10_000;
const NO_SLOT = -1;

export const mountState = (o: MountOptions): Mount => ({
  super: { forcingUnmount: false, unmounting: false, rid: o.rid },
  options: {
    quorumSlotNr: o.quorumSlotNr ?? NO_SLOT,
    quorumHeartbeatTimeoutMs: o.quorumHeartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS,
  },
  parts: [],
  fence: fenceState(),
  net: netState(o.tcpKeepaliveTimeoutMs),
  client: clientState(),
  volopt: { users: 0 },
  trans: transState(),
  item: itemState(),
  srch: srchState(),
  lock: lockState(o.lockIdleCount ?? LOCK_IDLE_COUNT),
  lockServer: lockServerState(),
  recov: { pending: [], begun: false },
  omap: omapState(),
  inode: inodeState(o.orphanScanDelayMs),
  server: serverState(),
  quorum: { info: undefined },
});
