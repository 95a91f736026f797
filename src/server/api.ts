// What neighbours call in the server from inside one of their own atomic regions, and small
// functions of server.c that are such a region themselves.

import type { Cmd, RequestName } from "../net/types.ts";
import { dirtyBlocks } from "./alloc.ts";
import { becomeStarting, becomeStopping, isDown, isRunning, isStopping, isUp } from "./status.ts";
import type { ServerApi } from "./types.ts";

export { serverState } from "./state.ts";

export const serverApi: ServerApi = {
  /** In one step, where the program `stop_server` can lose a race between its two. */
  serverStop(m, out, cause) {
    becomeStopping(m, out, { was: m.server.status, cause });
  },
  serverNextSeq(m, out) {
    m.server.seq++;
    out.emit({ kind: "next_seq", term: m.server.term, ret: m.server.seq });
    return m.server.seq;
  },
  serverSetSeqIfGreater(m, out, seq) {
    out.emit({ kind: "set_seq_if_greater", term: m.server.term, seq });
    m.server.seq = Math.max(m.server.seq, seq);
  },
  serverDirtyBlocks: dirtyBlocks,
  /** In the C term and configuration come after the status; nobody can look in between. */
  serverStart(m, out, { config, term }) {
    if (!isDown(m)) return;
    m.server.term = term;
    m.server.config = { ...config, slots: [...config.slots] };
    becomeStarting(m, out);
    out.queueWork("server.wq", "scoutfs_server_worker");
  },
  serverIsRunning: isRunning,
  serverIsUp: isUp,
  serverIsDown: isDown,
  /** In one step: a shutdown deletes the timer, and waits for this, before it flushes the work. */
  serverRecoveryTimeout(m, out) {
    out.emit({ kind: "recovery_timeout" });
    if (isStopping(m)) out.ignored("recovery timed out while the server stops");
    else out.queueWork("server.wq", "fence_pending_recov_worker");
  },
  serverListenerDown(m, out) {
    becomeStopping(m, out, { was: m.server.status, cause: "listening socket is down" });
  },
};

/** `server_req_funcs`. */
export const serverRequests: Readonly<Partial<Record<Cmd, RequestName>>> = {
  GREETING: "server_greeting",
  ALLOC_INODES: "server_alloc_inodes",
  GET_LOG_TREES: "server_get_log_trees",
  COMMIT_LOG_TREES: "server_commit_log_trees",
  GET_ROOTS: "server_get_roots",
  GET_LAST_SEQ: "server_get_last_seq",
  LOCK: "server_lock",
  OPEN_INO_MAP: "server_open_ino_map",
  SRCH_GET_COMPACT: "server_srch_get_compact",
  SRCH_COMMIT_COMPACT: "server_srch_commit_compact",
  GET_VOLOPT: "server_get_volopt",
  SET_VOLOPT: "server_set_volopt",
  CLEAR_VOLOPT: "server_clear_volopt",
  RESIZE_DEVICES: "server_resize_devices",
  STATFS: "server_statfs",
  FAREWELL: "server_farewell",
};
