// The kinds of event by which parts are followed, and what compares of each. A part has kinds of
// its own beside those of whole mounts: what is an output there may be an input here.

import type { Seen } from "../probes.ts";
import type { Item } from "../timeline.ts";

const net = ["key", "wseq", "old", "new"];
const lock = [
  ...["key", "mode", "invmode", "reqp", "invp", "refresh_gen", "write_seq", "dirty_trans_seq"],
  ...["wait_rd", "wait_wr", "wait_wo", "use_rd", "use_wr", "use_wo"],
];

const message = ["rid", "cmd", "resp", "id"];
const group = ["group_nr", "group_total", "bit_nr"];

export const clientKinds: Readonly<Record<string, readonly string[]>> = {
  lock_setup: [],
  lock_alloc: lock,
  cl_lock_request: net,
  lock_wait: lock,
  lock_locked: lock,
  lock_unlock: lock,
  cl_lock_grant_response: net,
  lock_grant_response: lock,
  lock_granted: lock,
  cl_lock_invalidate_request: ["id", ...net],
  lock_invalidate_request: lock,
  lock_invalidate: lock,
  cl_lock_response: ["id", ...net],
  lock_invalidated: lock,
  lock_shrink: lock,
  lock_free: lock,
  cl_lock_recover_request: ["id", "key"],
  cl_lock_recover_response: ["id", "nr", "locks"],
  lock_shutdown: [],
  lock_destroy: [],
  trans_write_func: [],
  forest_init_our_log: ["nr"],
  /** Of log trees what the mount asks and hears, of open maps what it is asked and answers. */
  net_send_message: message,
  net_recv_message: message,
  umount_begin_forced: [],
  omap_group_alloc: group,
  omap_group_inc: group,
  omap_group_dec: group,
  omap_group_free: group,
};

export const serverKinds: Readonly<Record<string, readonly string[]>> = {
  ls_setup: [],
  ls_destroy: [],
  ls_greeting: ["rid"],
  ls_request: ["rid", "id", ...net],
  ls_response: ["rid", ...net],
  ls_farewell: ["rid"],
  sv_lock_request: ["rid", ...net],
  sv_lock_response: ["rid", "id", ...net],
  lock_message: ["what", "dir", "rid", "id", "key", "old", "new"],
  next_seq: ["ret"],
  set_seq_if_greater: ["seq"],
  recov_prepare: ["rid", "which"],
  recov_begin: ["timeout_ms"],
  recov_finish: ["rid", "which"],
  finished_recovery: [],
  sv_lock_recover_request: ["rid", "key"],
  sv_lock_recover_response: ["rid", "nr", "locks"],
  omap_add_rid: ["rid"],
  omap_remove_rid: ["rid"],
  /** Of open maps only. */
  net_send_message: message,
  net_recv_message: message,
};

export const compared = { ...clientKinds, ...serverKinds };

export const textOf = (kind: string, fields: Seen["fields"]): string =>
  [kind, ...(compared[kind] ?? []).map((f) => `${f}=${String(fields[f])}`)].join(" ");

/** The fields of an event of the same kind that are not as recorded. */
export const differing = ({ kind, fields }: Item, seen: Seen): readonly string[] =>
  (compared[kind] ?? []).filter((f) => seen.fields[f] !== fields[f]);

export const agrees = (item: Item, seen: Seen): boolean =>
  seen.kind === item.kind && differing(item, seen).length === 0;
