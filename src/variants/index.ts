// All variants, in the order in which they are listed: historic bugs, proposed fixes, our own.

import { absentMembersDoNotStay } from "./absent-members-do-not-stay.ts";
import { agentPassesOverARequestWithoutRid } from "./agent-passes-over-a-request-without-rid.ts";
import { agentRunsNoCommand } from "./agent-runs-no-command.ts";
import { answeredFenceRequestIsNotTimed } from "./answered-fence-request-is-not-timed.ts";
import { busyTargetCountsAsFenced } from "./busy-target-counts-as-fenced.ts";
import { changesAreWrittenBeforeLockShutdown } from "./changes-are-written-before-lock-shutdown.ts";
import { clientBeingFencedIsNotGreeted } from "./client-being-fenced-is-not-greeted.ts";
import { clientIsListedOnce } from "./client-is-listed-once.ts";
import { commitIsRetriedWithTheNextGet } from "./commit-is-retried-with-the-next-get.ts";
import { commitLogTreesProcessedTwice } from "./commit-log-trees-processed-twice.ts";
import { commitRaisesTheSeq } from "./commit-raises-the-seq.ts";
import { connectBeginsAfterTheShutdown } from "./connect-begins-after-the-shutdown.ts";
import { connectWorkerGreetsOnce } from "./connect-worker-greets-once.ts";
import { connectWorkerSeesTheShutdown } from "./connect-worker-sees-the-shutdown.ts";
import { destroyedClientAnswersNobody } from "./destroyed-client-answers-nobody.ts";
import { electionDuringFencingEndsTheStart } from "./election-during-fencing-ends-the-start.ts";
import { electionTimeoutCheckedBeforeHeartbeatApplied } from "./election-timeout-checked-before-heartbeat-applied.ts";
import { enotconnToFencingClientStopsServer } from "./enotconn-to-fencing-client-stops-server.ts";
import { failedBlocksAreWrittenAgain } from "./failed-blocks-are-written-again.ts";
import { failedCommitStopsTheServer } from "./failed-commit-stops-the-server.ts";
import { failedHolderWakesTheOthers } from "./failed-holder-wakes-the-others.ts";
import { failedMountLeavesQuorumFirst } from "./failed-mount-leaves-quorum-first.ts";
import { failedMountSaysFarewell } from "./failed-mount-says-farewell.ts";
import { failedStartEndsQuorum } from "./failed-start-ends-quorum.ts";
import { farewellCountsOnce } from "./farewell-counts-once.ts";
import { farewellIsLookedUpByMembersOnly } from "./farewell-is-looked-up-by-members-only.ts";
import { farewellReclaimsDuringLockRecovery } from "./farewell-reclaims-during-lock-recovery.ts";
import { farewellResponseIsNeverADuplicate } from "./farewell-response-is-never-a-duplicate.ts";
import { farewellResponsesGoOn } from "./farewell-responses-go-on.ts";
import { farewellTearsLocksDownAtOnce } from "./farewell-tears-locks-down-at-once.ts";
import { farewellWorkOutlivesItsServer } from "./farewell-work-outlives-its-server.ts";
import { farewellsEndWithTheirServer } from "./farewells-end-with-their-server.ts";
import { fenceAgentDisappearingRequestOrTarget } from "./fence-agent-disappearing-request-or-target.ts";
import { fenceErrorEndsTheStart } from "./fence-error-ends-the-start.ts";
import { fencingSameRidTwiceStopsServer } from "./fencing-same-rid-twice-stops-server.ts";
import { finalMajorityIgnoresOtherClients } from "./final-majority-ignores-other-clients.ts";
import { forcedUnmountDoesNotCompletePendingRpcs } from "./forced-unmount-does-not-complete-pending-rpcs.ts";
import { forcedUnmountEndsLockWaits } from "./forced-unmount-ends-lock-waits.ts";
import { forcedUnmountFinalizesQuietly } from "./forced-unmount-finalizes-quietly.ts";
import { forcedUnmountTripsInvalidation } from "./forced-unmount-trips-invalidation.ts";
import { fullTransactionEndsWithTheMount } from "./full-transaction-ends-with-the-mount.ts";
import { goneClientIsNotLetOpen } from "./gone-client-is-not-let-open.ts";
import { grantAfterShutdownFits } from "./grant-after-shutdown-fits.ts";
import { grantRefreshesByOwnMode } from "./grant-refreshes-by-own-mode.ts";
import { grantWaitsForEarlierInvalidations } from "./grant-waits-for-earlier-invalidations.ts";
import { heartbeatsBlockedWhileServerStarts } from "./heartbeats-blocked-while-server-starts.ts";
import { igetWaitsWithTheLock } from "./iget-waits-with-the-lock.ts";
import { initialGreetingReplayEexist } from "./initial-greeting-replay-eexist.ts";
import { inodesStayCachedWithoutALock } from "./inodes-stay-cached-without-a-lock.ts";
import { invalidateRequestBearsForcedUnmount } from "./invalidate-request-bears-forced-unmount.ts";
import { invalidationGivesNoMode } from "./invalidation-gives-no-mode.ts";
import { invalidationWaitsForEviction } from "./invalidation-waits-for-eviction.ts";
import { lastFarewellsLetNobodyIn } from "./last-farewells-let-nobody-in.ts";
import { lastFarewellsOneByOne } from "./last-farewells-one-by-one.ts";
import { lastFarewellsWaitForRecovery } from "./last-farewells-wait-for-recovery.ts";
import { lateCommitRequestIsPassedOver } from "./late-commit-request-is-passed-over.ts";
import { lateMessageDoesNotStopACandidacy } from "./late-message-does-not-stop-a-candidacy.ts";
import { lateMessageSeesTheForcedUnmount } from "./late-message-sees-the-forced-unmount.ts";
import { latestConnectionIsTakenOver } from "./latest-connection-is-taken-over.ts";
import { leaderKeepsItsOwnPace } from "./leader-keeps-its-own-pace.ts";
import { leaderOfAStoppedServerLeadsOn } from "./leader-of-a-stopped-server-leads-on.ts";
import { leaderRemembersItsVote } from "./leader-remembers-its-vote.ts";
import { leaderResignsAfterStop } from "./leader-resigns-after-stop.ts";
import { lingeringFenceRequestsAfterFailedStart } from "./lingering-fence-requests-after-failed-start.ts";
import { lockShutdownStopsAnsweringInvalidations } from "./lock-shutdown-stops-answering-invalidations.ts";
import { lockShutdownWaitsForInvalidations } from "./lock-shutdown-waits-for-invalidations.ts";
import { lookupAsksForLinks } from "./lookup-asks-for-links.ts";
import { newerItemsAreMergedPastOlder } from "./newer-items-are-merged-past-older.ts";
import { newerLeaderEndsTheStart } from "./newer-leader-ends-the-start.ts";
import { newestTermIsHeardFirst } from "./newest-term-is-heard-first.ts";
import { noUnmountBarrier } from "./no-unmount-barrier.ts";
import { nullRequestOfTheDepartedIsDropped } from "./null-request-of-the-departed-is-dropped.ts";
import { omapRemoveUnknownRidIsError } from "./omap-remove-unknown-rid-is-error.ts";
import { oneInvalidationAtATime } from "./one-invalidation-at-a-time.ts";
import { onlyAMissingItemMeansGone } from "./only-a-missing-item-means-gone.ts";
import { openMapListOutlivesItsServer } from "./open-map-list-outlives-its-server.ts";
import { openMapThatSaysNoIsAskedAgain } from "./open-map-that-says-no-is-asked-again.ts";
import { pendingRequestTripsLockDestroy } from "./pending-request-trips-lock-destroy.ts";
import { quorumBeginsWithItsOwnTerm } from "./quorum-begins-with-its-own-term.ts";
import { quorumErrorStopsTheServer } from "./quorum-error-stops-the-server.ts";
import { quorumUdpNotIsolatedByForcedUnmount } from "./quorum-udp-not-isolated-by-forced-unmount.ts";
import { quorumWorkerReadsItsTerm } from "./quorum-worker-reads-its-term.ts";
import { reclaimedClientGetsNoItem } from "./reclaimed-client-gets-no-item.ts";
import { reclaimedClientIsNotGreeted } from "./reclaimed-client-is-not-greeted.ts";
import { reclaimedClientLeavesNoConnection } from "./reclaimed-client-leaves-no-connection.ts";
import { reconnectTimeoutFencesMembersOnly } from "./reconnect-timeout-fences-members-only.ts";
import { recoveredClientIsAsked } from "./recovered-client-is-asked.ts";
import { recoveryReportsModeBeforeInvalidationDone } from "./recovery-reports-mode-before-invalidation-done.ts";
import { recoveryTellsANewGrant } from "./recovery-tells-a-new-grant.ts";
import { recoveryTimeoutBearsAReclaimedClient } from "./recovery-timeout-bears-a-reclaimed-client.ts";
import { refusedConnectionReceivesNoMore } from "./refused-connection-receives-no-more.ts";
import { removedRidIsNotWaitedFor } from "./removed-rid-is-not-waited-for.ts";
import { requestIdsBeginWithTheTerm } from "./request-ids-begin-with-the-term.ts";
import { returningMemberBearsTheLeader } from "./returning-member-bears-the-leader.ts";
import { returningMemberHasVoted } from "./returning-member-has-voted.ts";
import { ridNamesTheLatestConnection } from "./rid-names-the-latest-connection.ts";
import { secondInvalidationNotRequeued } from "./second-invalidation-not-requeued.ts";
import { sentGreetingCrashesReconnect } from "./sent-greeting-crashes-reconnect.ts";
import { sentGreetingIsNotResent } from "./sent-greeting-is-not-resent.ts";
import { serverDownAlwaysEndsDown } from "./server-down-always-ends-down.ts";
import { serverLockIsFreedWhileFound } from "./server-lock-is-freed-while-found.ts";
import { serverWritesOtherSlotsBlocks } from "./server-writes-other-slots-blocks.ts";
import { shutdownCancelsTheReconnectTimer } from "./shutdown-cancels-the-reconnect-timer.ts";
import { shutdownEndsWithALookForForce } from "./shutdown-ends-with-a-look-for-force.ts";
import { shutdownKeepsTheOrderOfMessages } from "./shutdown-keeps-the-order-of-messages.ts";
import { silenceIsBorneOnce } from "./silence-is-borne-once.ts";
import { srchWorkIsFoundAgain } from "./srch-work-is-found-again.ts";
import { stableSeqIsOfTheLastCommit } from "./stable-seq-is-of-the-last-commit.ts";
import { staleItemsEndWithAnError } from "./stale-items-end-with-an-error.ts";
import { staleRequestsResentToNewServer } from "./stale-requests-resent-to-new-server.ts";
import { startingLeaderGivesWayInItsTerm } from "./starting-leader-gives-way-in-its-term.ts";
import { startingLeaderWaitsForStop } from "./starting-leader-waits-for-stop.ts";
import { stopOfAStartingServerIsKept } from "./stop-of-a-starting-server-is-kept.ts";
import { stoppedStartEndsItsFencing } from "./stopped-start-ends-its-fencing.ts";
import { stoppingServerFencesNobody } from "./stopping-server-fences-nobody.ts";
import { stoppingServerFlushesFarewellsLast } from "./stopping-server-flushes-farewells-last.ts";
import { supersededConnectionIsNotFenced } from "./superseded-connection-is-not-fenced.ts";
import { syncRequestWaitsUnsent } from "./sync-request-waits-unsent.ts";
import { targetWithoutMountIsIsolated } from "./target-without-mount-is-isolated.ts";
import { tcpTimeoutExceedsRecoveryWindow } from "./tcp-timeout-exceeds-recovery-window.ts";
import type { Variant } from "./types.ts";
import { unfencedReclaimOnTimeout } from "./unfenced-reclaim-on-timeout.ts";
import { ungreetedConnectionIsDropped } from "./ungreeted-connection-is-dropped.ts";
import { unlinkedInodeIsDeletedUnderOthers } from "./unlinked-inode-is-deleted-under-others.ts";
import { unmountWritesStopForAStoppingServer } from "./unmount-writes-stop-for-a-stopping-server.ts";
import { unmountingLeaderKeepsItsPace } from "./unmounting-leader-keeps-its-pace.ts";
import { writeKeepsASyncThatWaits } from "./write-keeps-a-sync-that-waits.ts";
import { writeSeqRestartsAfterFailover } from "./write-seq-restarts-after-failover.ts";

export const variants: readonly Variant[] = [
  farewellReclaimsDuringLockRecovery,
  farewellTearsLocksDownAtOnce,
  commitLogTreesProcessedTwice,
  enotconnToFencingClientStopsServer,
  fenceAgentDisappearingRequestOrTarget,
  quorumUdpNotIsolatedByForcedUnmount,
  electionTimeoutCheckedBeforeHeartbeatApplied,
  fencingSameRidTwiceStopsServer,
  finalMajorityIgnoresOtherClients,
  forcedUnmountDoesNotCompletePendingRpcs,
  heartbeatsBlockedWhileServerStarts,
  initialGreetingReplayEexist,
  lingeringFenceRequestsAfterFailedStart,
  lockShutdownStopsAnsweringInvalidations,
  noUnmountBarrier,
  omapRemoveUnknownRidIsError,
  recoveryReportsModeBeforeInvalidationDone,
  secondInvalidationNotRequeued,
  tcpTimeoutExceedsRecoveryWindow,
  unfencedReclaimOnTimeout,
  writeSeqRestartsAfterFailover,
  sentGreetingCrashesReconnect,
  farewellWorkOutlivesItsServer,
  farewellIsLookedUpByMembersOnly,
  syncRequestWaitsUnsent,
  forcedUnmountTripsInvalidation,
  agentRunsNoCommand,
  leaderOfAStoppedServerLeadsOn,
  oneInvalidationAtATime,
  serverWritesOtherSlotsBlocks,
  pendingRequestTripsLockDestroy,
  serverLockIsFreedWhileFound,
  newerItemsAreMergedPastOlder,
  lateMessageDoesNotStopACandidacy,
  quorumBeginsWithItsOwnTerm,
  unlinkedInodeIsDeletedUnderOthers,
  igetWaitsWithTheLock,
  commitIsRetriedWithTheNextGet,
  inodesStayCachedWithoutALock,
  openMapListOutlivesItsServer,
  invalidationWaitsForEviction,
  failedStartEndsQuorum,
  sentGreetingIsNotResent,
  staleRequestsResentToNewServer,
  ungreetedConnectionIsDropped,
  absentMembersDoNotStay,
  agentPassesOverARequestWithoutRid,
  answeredFenceRequestIsNotTimed,
  busyTargetCountsAsFenced,
  changesAreWrittenBeforeLockShutdown,
  clientBeingFencedIsNotGreeted,
  clientIsListedOnce,
  commitRaisesTheSeq,
  connectBeginsAfterTheShutdown,
  connectWorkerGreetsOnce,
  connectWorkerSeesTheShutdown,
  destroyedClientAnswersNobody,
  electionDuringFencingEndsTheStart,
  failedBlocksAreWrittenAgain,
  failedCommitStopsTheServer,
  failedHolderWakesTheOthers,
  failedMountLeavesQuorumFirst,
  failedMountSaysFarewell,
  farewellCountsOnce,
  farewellResponseIsNeverADuplicate,
  farewellResponsesGoOn,
  farewellsEndWithTheirServer,
  fenceErrorEndsTheStart,
  forcedUnmountEndsLockWaits,
  forcedUnmountFinalizesQuietly,
  fullTransactionEndsWithTheMount,
  goneClientIsNotLetOpen,
  grantAfterShutdownFits,
  grantRefreshesByOwnMode,
  grantWaitsForEarlierInvalidations,
  invalidateRequestBearsForcedUnmount,
  invalidationGivesNoMode,
  lastFarewellsLetNobodyIn,
  lastFarewellsOneByOne,
  lastFarewellsWaitForRecovery,
  lateCommitRequestIsPassedOver,
  lateMessageSeesTheForcedUnmount,
  lockShutdownWaitsForInvalidations,
  lookupAsksForLinks,
  writeKeepsASyncThatWaits,
  latestConnectionIsTakenOver,
  leaderKeepsItsOwnPace,
  leaderRemembersItsVote,
  leaderResignsAfterStop,
  newerLeaderEndsTheStart,
  newestTermIsHeardFirst,
  onlyAMissingItemMeansGone,
  openMapThatSaysNoIsAskedAgain,
  quorumErrorStopsTheServer,
  quorumWorkerReadsItsTerm,
  nullRequestOfTheDepartedIsDropped,
  reclaimedClientGetsNoItem,
  reclaimedClientIsNotGreeted,
  reclaimedClientLeavesNoConnection,
  reconnectTimeoutFencesMembersOnly,
  recoveredClientIsAsked,
  refusedConnectionReceivesNoMore,
  removedRidIsNotWaitedFor,
  requestIdsBeginWithTheTerm,
  returningMemberBearsTheLeader,
  returningMemberHasVoted,
  ridNamesTheLatestConnection,
  recoveryTellsANewGrant,
  recoveryTimeoutBearsAReclaimedClient,
  serverDownAlwaysEndsDown,
  shutdownCancelsTheReconnectTimer,
  shutdownEndsWithALookForForce,
  shutdownKeepsTheOrderOfMessages,
  silenceIsBorneOnce,
  srchWorkIsFoundAgain,
  stableSeqIsOfTheLastCommit,
  staleItemsEndWithAnError,
  startingLeaderGivesWayInItsTerm,
  startingLeaderWaitsForStop,
  stopOfAStartingServerIsKept,
  stoppedStartEndsItsFencing,
  stoppingServerFencesNobody,
  stoppingServerFlushesFarewellsLast,
  supersededConnectionIsNotFenced,
  targetWithoutMountIsIsolated,
  unmountWritesStopForAStoppingServer,
  unmountingLeaderKeepsItsPace,
];
