// Prints the probes that recordings add, with the arguments in the order in which they were set up.

import type { Rids, Values } from "./template.ts";
import { type EnumName, enums, type RecoveredLock, resultOf, swapPort, wordsOf } from "./values.ts";

const lockArgs = "key wseq old new";

/** The arguments of each, besides the mount that it is of. */
const probes: Readonly<Record<string, string>> = {
  recov_prepare: "rid which",
  recov_begin: "timeout_ms",
  recov_finish: "rid which",
  recov_finish_ret: "rid which ret",
  recov_shutdown: "",
  start_recovery: "",
  finished_recovery: "",
  recovery_timeout: "",
  fence_start: "rid reason",
  fence_free: "rid",
  fence_stop: "",
  reclaim_rid: "rid",
  reclaim_rid_ret: "rid ret",
  server_start: "term",
  quorum_block_event: "event term check_rid",
  quorum_block_event_ret: "event term ret",
  fence_leaders: "term",
  fence_leaders_ret: "term ret",
  server_greeting: "id gr_term gr_rid gr_flags",
  client_greeting: "gr_term prev_term error",
  server_farewell: "rid id",
  client_farewell_resp: "error",
  farewell_worker: "",
  client_destroy: "",
  lookup_mounted_client: "rid ret",
  insert_mounted_client: "rid gr_flags",
  ls_greeting: "rid",
  ls_farewell: "rid",
  ls_setup: "",
  ls_destroy: "",
  sv_lock_request: `rid ${lockArgs}`,
  sv_lock_response: `rid id ${lockArgs}`,
  sv_lock_recover_request: "rid key",
  cl_lock_request: lockArgs,
  cl_lock_grant_response: lockArgs,
  cl_lock_invalidate_request: `id ${lockArgs}`,
  cl_lock_response: `id ${lockArgs}`,
  ls_request: `rid id ${lockArgs}`,
  ls_response: `rid ${lockArgs}`,
  cl_lock_recover_request: "id key",
  cl_lock_recover_response: "id nr locks",
  sv_lock_recover_response: "rid nr locks",
  omap_add_rid: "rid",
  omap_remove_rid: "rid",
  omap_finished_recovery: "",
  net_connect: "port timeout_ms",
  net_connect_ret: "ret",
  net_bind: "port",
  net_listen: "",
  net_shutdown: "conn_rid",
  net_server_greeting: "rid greeting_id reconnecting first_contact",
  net_client_greeting: "new_server",
  umount_begin_forced: "",
  next_seq: "ret",
  set_seq_if_greater: "seq",
};

/** What the agent writes has no mount among its arguments. */
const STORE = "fenced_store";

/** The model's names of moments that probes show. */
const recordedAs: Readonly<Record<string, string>> = {
  "fence.start": "fence_start",
  "fence.fenced": STORE,
  "fence.free": "fence_free",
  "fence.stop": "fence_stop",
  umount_begin: "umount_begin_forced",
};

export function recordedKind(kind: string, { to }: Values): string | undefined {
  if (kind === "server.status") return to === "STARTING" ? "server_start" : undefined;
  return recordedAs[kind] ?? kind;
}

export const isProbe = (kind: string): boolean => probes[kind] !== undefined || kind === STORE;

const named: Readonly<Record<string, EnumName>> = {
  event: "event",
  reason: "reason",
  old: "mode",
  new: "mode",
};

export function probeText(kind: string, values: Values, rids: Rids): string {
  const place = `(${kind}+0x0/0x0 [scoutfs])`;
  if (kind === STORE) return `${place} buf="1"`;
  const args = (probes[kind] ?? "").split(" ").filter((arg) => arg !== "");
  const texts = args.map((arg) => argText(arg, values, rids));
  return [place, `srid=0x${rids.hexOf(Number(values.srid))}`, ...texts].join(" ");
}

function argText(arg: string, values: Values, rids: Rids): string {
  const value = values[arg];
  const known = named[arg];
  if (known !== undefined) return `${arg}=${enums[known].number(value)}`;
  switch (arg) {
    case "rid":
    case "gr_rid":
      return `${arg}=0x${rids.hexOf(Number(values.client))}`;
    case "conn_rid":
      return `conn_rid=0x${value === 0 ? "0" : rids.hexOf(Number(value))}`;
    case "port":
      return `port_be=0x${swapPort(Number(value)).toString(16)}`;
    case "locks":
      return `locks=${wordsOf(value as readonly RecoveredLock[])}`;
    case "key": {
      const [z, k1, t, k2, k3, k4] = String(value).split(".");
      return `z=${z} k1=${k1} t=${t} k2=${k2} k3=${k3} k4=${k4}`;
    }
    default:
      return `${arg}=${resultOf(value)}`;
  }
}
