// Why no run comes to a label, a note or a pair, by its name as `scoutsim coverage` tells it: what
// cannot be reached, and what could only be by something that the plans or the model do not have.
// A reason for what a run came to is reported, so that the list stays true.

/** `unreachable`: by the protocol itself. `generator`: no plan brings it about. `model`: what would
 *  bring it about is left out. */
type Kind = "unreachable" | "generator" | "model";

const WARN = "unreachable: an assertion of the C; a run that comes to it has found a bug";
const NOBODY_LOCKS = "generator: nobody on a mount does what takes that lock";
const NOBODY_STATS = "generator: no step of a plan stats a file";
const NO_SHRINKER = "generator: no step of a plan is short of memory, so no lock is shrunk for it";
const FEW_ITEMS = "generator: no plan writes more items in a transaction than one commit moves";
const AT_ONCE = "model: a log merge is done at once, so nobody who goes has a part of one";

export const unreached: Readonly<Record<string, `${Kind}: ${string}`>> = {
  "WARN a LOCK message without its lock": WARN,
  "WARN a commit fails while a log tree is finalized": FEW_ITEMS,
  "WARN a lock does not protect what is done under it": WARN,
  "WARN a lock has a user after lock shutdown": WARN,
  "WARN a srch log is rotated that the server has already": WARN,
  "WARN a transaction is held before the mount has one": WARN,
  "WARN an open map bit is cleared that is not set": WARN,
  "WARN an open map bit is set twice": WARN,
  "WARN bind of a connection with a socket": WARN,
  "WARN commit work runs without a commit or with holders": WARN,
  "WARN destroy of a connection with a socket": WARN,
  "WARN destroy of a listener that has accepted some": WARN,
  "WARN inserting a lock that overlaps another": WARN,
  "WARN lock call after lock shutdown": WARN,
  "WARN open map bits are left at unmount": WARN,
  "WARN queue_dead_free of a dead message": WARN,
  "a client commits the log trees of another":
    "unreachable: a client commits what it was given, and that is its own",
  "a datagram that names no quorum slot":
    "model: only members send to these sockets, and all know the same slots",
  "cancel_log_merge @ next": AT_ONCE,
  "cancel_log_merge @ splice": AT_ONCE,
  "cancel_log_merge @ update": AT_ONCE,
  "client_notify_down @ notify":
    "unreachable: only a connection that was accepted has it called at its end",
  "do_finalize_ours @ applied": FEW_ITEMS,
  "do_finalize_ours @ held": FEW_ITEMS,
  "do_finalize_ours @ letGo": FEW_ITEMS,
  "lock_key_range @ interrupted": "generator: no step of a plan signals a task",
  "scoutfs_free_unused_locks @ again": NO_SHRINKER,
  "scoutfs_free_unused_locks @ shrink": NO_SHRINKER,
  "scoutfs_item_create_force @ missed":
    "generator: whoever writes a file has read it under the same lock",
  "scoutfs_lock_inode_index @ leave": NOBODY_LOCKS,
  "scoutfs_lock_inode_index @ lock": NOBODY_LOCKS,
  "scoutfs_lock_quota @ leave": NOBODY_LOCKS,
  "scoutfs_lock_quota @ lock": NOBODY_LOCKS,
  "scoutfs_lock_xattr_indx @ leave": NOBODY_LOCKS,
  "scoutfs_lock_xattr_indx @ lock": NOBODY_LOCKS,
  "scoutfs_lock_xattr_totl @ leave": NOBODY_LOCKS,
  "scoutfs_lock_xattr_totl @ lock": NOBODY_LOCKS,
  "scoutfs_recov_begin @ deleteTimer":
    "unreachable: nobody can have recovered before the server listens",
  "server allocator ran out":
    "model: a change costs two blocks, and each commit begins with thousands of them",
  "server_get_log_trees @ drainEnd": FEW_ITEMS,
  "server_get_log_trees @ drainFind": FEW_ITEMS,
  "server_get_log_trees @ drainHeld": FEW_ITEMS,
  "server_get_log_trees @ drainMove": FEW_ITEMS,
  "stat_inode @ begin": NOBODY_STATS,
  "stat_inode @ leave": NOBODY_STATS,
  "stat_inode @ refreshed": NOBODY_STATS,
};
