// All variants, in the order in which they are listed.

import { electionTimeoutCheckedBeforeHeartbeatApplied } from "./election-timeout-checked-before-heartbeat-applied.ts";
import { farewellReclaimsDuringLockRecovery } from "./farewell-reclaims-during-lock-recovery.ts";
import { fenceAgentDisappearingRequestOrTarget } from "./fence-agent-disappearing-request-or-target.ts";
import { fencingSameRidTwiceStopsServer } from "./fencing-same-rid-twice-stops-server.ts";
import { quorumUdpNotIsolatedByForcedUnmount } from "./quorum-udp-not-isolated-by-forced-unmount.ts";
import type { Variant } from "./types.ts";

export const variants: readonly Variant[] = [
  farewellReclaimsDuringLockRecovery,
  fenceAgentDisappearingRequestOrTarget,
  quorumUdpNotIsolatedByForcedUnmount,
  electionTimeoutCheckedBeforeHeartbeatApplied,
  fencingSameRidTwiceStopsServer,
];
