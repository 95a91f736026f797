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
const NO_STALE = "generator: no step of a plan makes reads stale";

export const unreached: Readonly<Record<string, `${Kind}: ${string}`>> = {
  "WARN a LOCK message without its lock": WARN,
  "WARN a lock does not protect what is done under it": WARN,
  "WARN a lock has a user after lock shutdown": WARN,
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
  "a reader met a stale block of a log tree": NO_STALE,
  "a reader met a stale block of the fs root": NO_STALE,
  "scoutfs_free_unused_locks @ again": NO_SHRINKER,
  "scoutfs_free_unused_locks @ shrink": NO_SHRINKER,
  "scoutfs_lock_inode_index @ leave": NOBODY_LOCKS,
  "scoutfs_lock_inode_index @ lock": NOBODY_LOCKS,
  "scoutfs_lock_quota @ leave": NOBODY_LOCKS,
  "scoutfs_lock_quota @ lock": NOBODY_LOCKS,
  "scoutfs_lock_xattr_indx @ leave": NOBODY_LOCKS,
  "scoutfs_lock_xattr_indx @ lock": NOBODY_LOCKS,
  "scoutfs_lock_xattr_totl @ leave": NOBODY_LOCKS,
  "scoutfs_lock_xattr_totl @ lock": NOBODY_LOCKS,
  "stat_inode @ begin": NOBODY_STATS,
  "stat_inode @ leave": NOBODY_STATS,
  "stat_inode @ refreshed": NOBODY_STATS,
};
