// Why a mutant survives, by its key: it changes nothing that anybody could see, or what would have
// to be there to see it. A reason that no mutant needs any more is reported, so that the list
// stays true.

/** `equivalent`: no promise depends on it. `monitor`: what it breaks is not watched. `generator`:
 *  no plan comes to where it matters. `rare`: plans do, but seldom. */
type Kind = "equivalent" | "monitor" | "generator" | "rare";

/** The store functions of a request take microseconds, and its removal seldom meets one. */
const DRAIN = "rare: a request would have to be freed while its agent is inside a store";
/** A starting server waits for 15 s (SCOUTFS_QUORUM_FENCE_TO_MS), and only before it is up. */
const NOBODY_WAITS =
  "equivalent: only a starting server waits there, and nobody frees requests before it is up";

export const reasons: Readonly<Record<string, `${Kind}: ${string}`>> = {
  "error_store @ leave: drop wake fence.sysfs": DRAIN,
  "fenced_store @ leave: drop wake fence.sysfs": DRAIN,
  "error_store @ wake: drop wake fence.waitq":
    "monitor: the waiting server hears of the error up to 15 s late; nothing asks for more",
  "fence_timeout @ fire: drop wake fence.waitq":
    "equivalent: a server waits 15 s for requests that time out after 30 s, so it is gone by then",
  "scoutfs_fence_free @ wake: drop wake fence.waitq": NOBODY_WAITS,
  "scoutfs_fence_stop @ wake: drop wake fence.waitq": NOBODY_WAITS,
  "fenced_store @ stopTimer: drop disarmTimer fence_timeout":
    "rare: the request goes within seconds of its answer, and takes its timer along",
  "scoutfs_fence_start @ armTimer: drop armTimer fence_timeout":
    "monitor: FNC2 lets a request be open for as long as its agent is at fault; the timer does not",
  "negate appliesHeartbeatBeforeTimeoutCheck":
    "equivalent: a turn that has a message does not campaign (campaignsDespiteMessage)",
  "negate failsWithoutMount":
    "rare: a mount has to leave between its place in sysfs and its place in the mount table",
  "negate looksForMountFirst":
    "equivalent: with afterMountRead as it is, a mount that is gone is passed over either way",
  "negate serializesFences":
    "rare: two fence requests would have to be made, or one made and one freed, at a time",
  "scoutfs_net_free_conn @ destroy: drop queueWork scoutfs_net_destroy_worker":
    "monitor: a connection that is never destroyed outlives its server or mount unseen (RCL1)",
  "scoutfs_net_reconn_free_worker @ requeue: drop queueDelayedWork scoutfs_net_reconn_free_worker":
    "monitor: nothing bounds how long a server waits for a client that does not come back",
  "scoutfs_net_shutdown_worker @ settle: drop queueDelayedWork scoutfs_net_reconn_free_worker":
    "monitor: nothing bounds how long a server waits for a client that does not come back",
  "scoutfs_net_recv_worker @ acknowledge: drop queueWork scoutfs_net_send_worker":
    "equivalent: the acknowledgement goes with the next message; what it frees is resent meanwhile",
  "scoutfs_quorum_setup @ queue: drop queueWork scoutfs_quorum_worker":
    "monitor: QRM4 knows members by the BEGIN of their worker, and so misses one that never starts",
  "scoutfs_recov_finish @ deleteTimer: drop disarmTimer recov_timer_callback":
    "equivalent: the callback finds nobody pending, and a stop of the server disarms it",
  "server_greeting @ queueFarewells: drop queueWork farewell_worker":
    "rare: a member's farewell has to wait for just this mount, and no later one asks again",
};
