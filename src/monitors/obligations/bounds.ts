// The periods of scoutfs from which the bounds of obligations are summed, each with where it comes
// from in the C, and the sums that more than one obligation has.

import type { Fairness } from "../fairness.ts";

const SECOND = 1_000_000;

/** quorum.c: SCOUTFS_QUORUM_ELECT_MIN_MS + _VAR_MS. */
const electionUs = 350_000;
/** Ten candidacies: split votes are common, ten in a row are not. */
export const electionsUs = 10 * electionUs;
/** quorum.c: SCOUTFS_QUORUM_FENCE_TO_MS, which a starting server waits for all its requests. */
export const fenceWaitUs = 15 * SECOND;
/** fence.c: FENCE_TIMEOUT_MS, after which an agent's silence is an error. */
export const fenceTimeoutUs = 30 * SECOND;
/** server.c: SERVER_RECOV_TIMEOUT_MS. */
export const recovTimeoutUs = 30 * SECOND;
/** net.c: CLIENT_RECONNECT_TIMEOUT_MS. */
export const reconnectUs = 20 * SECOND;
/** options.c: DEFAULT_TCP_KEEPALIVE_TIMEOUT_MS; where it is set, it is shorter as a rule. */
export const keepaliveUs = 24 * SECOND;
/** server.c: RECLAIM_WORK_DELAY_MS, between two looks of the reclaim worker. */
export const reclaimDelayUs = SECOND;
/** Until a server hears that a connection has ended whose host lives: a FIN, which is sent again
 *  after TCP_RTO_MIN (200 ms) and twice that where it is lost, and the receive and shutdown workers
 *  of net.c behind it. */
export const finUs = SECOND;
/** trans.c: TRANS_SYNC_DELAY. */
export const transSyncUs = 10 * SECOND;
/** trans.c:retry_forever, after each failure. */
export const transRetryUs = 2 * SECOND;
/** srch.c: DEF_COMPACT_DELAY_MS. */
export const srchDelayUs = 10 * SECOND;
/** The kernel's block layer gives a request up after this (/sys/block/X/queue/io_timeout): scoutfs
 *  sets no timeout of its own on device I/O. */
export const deviceUs = 30 * SECOND;
/** Commits, task starts and processes of a slow machine. The recordings need up to 0.7 s for a
 *  server's shutdown. */
export const slackUs = 10 * SECOND;

/** From the loss of a leader to a server that listens: its heartbeats time out, a candidate wins,
 *  and the new server waits for the fencing of the old one. */
export const serverUs = ({ heartbeatTimeoutMs }: Fairness): number =>
  heartbeatTimeoutMs * 1000 + electionsUs + fenceWaitUs;

/** From there to locks for everybody: who does not come back is fenced and reclaimed. */
export const recoveryUs = recovTimeoutUs + fenceTimeoutUs + reclaimDelayUs;
