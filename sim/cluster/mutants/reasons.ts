// Why a mutant survives, by its key: it changes nothing that anybody could see, or what would have
// to be there to see it. A reason that no mutant needs any more is reported, so that the list
// stays true.

/** `equivalent`: no promise depends on it. `proved`: besides, runs differ only in a task that is
 *  woken, looks and parks again. `monitor`: what it breaks is not watched. `generator`:
 *  no plan comes to where it matters. `rare`: plans do, but seldom. */
type Kind = "equivalent" | "proved" | "monitor" | "generator" | "rare";

/** The store functions of a request take microseconds, and its removal seldom meets one. */
const DRAIN = "rare: a request would have to be freed while its agent is inside a store";
/** A starting server waits for 15 s (SCOUTFS_QUORUM_FENCE_TO_MS), and only before it is up. */
const NOBODY_WAITS =
  "equivalent: only a starting server waits there, and nobody frees requests before it is up";
/** lock.c:lock_wait_cond asks for the shutdown, the mode and the pending request alone. */
const LOOKS_AGAIN =
  "proved: nothing before it changes a lock's mode, its pending request or the shutdown flag";
const NO_OTHER_UNLOCK =
  "rare: only this call may use the lock, and no later unlock or invalidation may queue the work";
const STOPPED_START =
  "rare: a start has to be stopped while a slow agent fences, and the next server to look then";
const OPTION_FILE = "generator: an option's file would have to be open when its mount goes";

export const reasons: Readonly<Record<string, `${Kind}: ${string}`>> = {
  "error_store @ leave: drop wake fence.sysfs": DRAIN,
  "fenced_store @ leave: drop wake fence.sysfs": DRAIN,
  "fence_timeout @ fire: drop wake fence.waitq":
    "equivalent: a server waits 15 s for requests that time out after 30 s, so it is gone by then",
  "scoutfs_fence_free @ wake: drop wake fence.waitq": NOBODY_WAITS,
  "scoutfs_fence_stop @ wake: drop wake fence.waitq": NOBODY_WAITS,
  "fenced_local_force_unmount @ wait unmounted: skip":
    "monitor: after the flag nothing is written, so to say so too soon is no lie",
  "get_root @ read: drop wake lock.waitq": LOOKS_AGAIN,
  "lock_invalidate_worker @ finish: drop wake lock.waitq": LOOKS_AGAIN,
  "lock_key_range @ again: drop wake lock.waitq": LOOKS_AGAIN,
  "lock_key_range @ find: drop wake lock.waitq": LOOKS_AGAIN,
  "scoutfs_create @ leave: drop wake lock.waitq": LOOKS_AGAIN,
  "scoutfs_iget @ leave: drop wake lock.waitq": LOOKS_AGAIN,
  "scoutfs_unlink @ leave: drop wake lock.waitq": LOOKS_AGAIN,
  "scoutfs_unlink @ unlockOrphan: drop wake lock.waitq": LOOKS_AGAIN,
  "try_delete_inode_items @ leave: drop wake lock.waitq": LOOKS_AGAIN,
  "try_delete_inode_items @ unlockOrphan: drop wake lock.waitq": LOOKS_AGAIN,
  "negate appliesHeartbeatBeforeTimeoutCheck":
    "equivalent: a turn that has a message does not campaign (campaignsDespiteMessage)",
  "negate failsWithoutMount":
    "rare: a mount has to leave between its place in sysfs and its place in the mount table",
  "negate looksForMountFirst":
    "equivalent: with afterMountRead as it is, a mount that is gone is passed over either way",
  "negate failedHolderWakes":
    "rare: the last holder of a commit has to fail while another waits for room, and nobody comes",
  "negate remembersOwnVote":
    "rare: a vote request of a leader's own term has to come after its server went down",
  "negate serializesFences":
    "rare: two fence requests would have to be made, or one made and one freed, at a time",
  "volopt_attr_show @ close: drop wake volopt.users": OPTION_FILE,
  "scoutfs_unlink @ leave: drop queueWork lock_invalidate_worker": NO_OTHER_UNLOCK,
  "scoutfs_unlink @ unlockOrphan: drop queueWork lock_invalidate_worker": NO_OTHER_UNLOCK,
  "try_delete_inode_items @ unlockOrphan: drop queueWork lock_invalidate_worker": NO_OTHER_UNLOCK,
  "scoutfs_lock_shutdown @ shutdown: drop wake lock.waitq":
    "equivalent: nobody is inside by then, and scans, puts and invalidations were flushed before",
  "server_apply_commit @ leave: drop wake server.cusers":
    "rare: as failedHolderWakes: another has to wait for room, and nobody else may come",
  "server_apply_commit @ leave: swap wake server.cusers and wait applied":
    "equivalent: the step then wakes itself too, and looks once more before it parks",
  "scoutfs_create @ created: drop wake inode.state":
    "rare: another task has to look for the inode while it is created",
  "error_store @ wake: drop wake fence.waitq":
    "rare: an agent has to give up on a request that a starting server waits for",
  "scoutfs_quorum_fence_leaders @ choose: deny serverIsRunning":
    "rare: two leaders of one term have to start at once, and the newer be stopped then",
  "stop_server @ swap: drop wake fence.waitq": STOPPED_START,
  "negate stopWakesFenceWait": STOPPED_START,
  "negate lockWaitEnds":
    "monitor: a call that gives up on its lock is refused, which breaks no promise",
  "negate nextTransWaitEnds": "generator: no plan writes so much that a transaction is full",
  "negate cacheMustFit":
    "rare: a grant of null has to come to a mount whose locks have been shut down",
  "lock_key_range @ sent: drop wake lock.waitq":
    "rare: a lock's request has to fail while somebody else waits for the same lock",
  "volopt_attr_store @ close: drop wake volopt.users": OPTION_FILE,
  "scoutfs_quorum_worker @ leave: deny serverIsDown":
    "rare: a mount has to leave while its server goes down, and a later leader to read its block",
  "scoutfs_trans_sync @ sync: drop modDelayedWork scoutfs_trans_write_func":
    "equivalent: who syncs asks a second time at once, and then waits",
  "try_shrink_lock @ giveBack: drop wake lock.waitq":
    "rare: a forced unmount has to meet a shrink whose lock somebody begins to wait for",
};
