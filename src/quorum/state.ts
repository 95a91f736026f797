// The quorum state of a mount before scoutfs_quorum_setup has run.

import type { QuorumState } from "./types.ts";

export const quorumState = (): QuorumState => ({ info: undefined });
