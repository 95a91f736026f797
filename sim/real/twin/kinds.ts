// What a twin does with each kind of recorded event: one line a kind, with the fields that compare.
// Somebody who models more moves a kind from `driven` or `unmodelled` to `output`.
//
//  output    the model must emit it next
//  received  it is handed to the model, which must then emit it
//  input     it is handed to the model, which emits nothing
//  driven    the model emits it, but what causes it may be not modelled yet: then the twin calls
//            the function and the model must emit it from there
//  part      followed apart: it is told to one part of the mount, by the twins of parts/
//  unmodelled  nothing of the model corresponds to it yet; `why` says what is missing

import { clientKinds, serverKinds } from "./parts/kinds.ts";

export type Role = "output" | "received" | "input" | "driven" | "part" | "unmodelled";

export interface TwinKind {
  readonly role: Role;
  readonly compare: readonly string[];
  /** The C function runs in the quorum worker: its clock readings can be told. */
  readonly worker?: true;
  readonly why?: string;
  /** Of a driven kind: which of its events have a cause that is not modelled; all if absent. */
  readonly when?: (fields: Readonly<Record<string, unknown>>) => boolean;
}

/** Whether the twin may call the function itself when the model does not. */
export const mayDrive = (kind: string, fields: Readonly<Record<string, unknown>>): boolean => {
  const known = twinKinds[kind];
  return known?.role === "driven" && known.when?.(fields) !== false;
};

const output = (...compare: readonly string[]): TwinKind => ({ role: "output", compare });
const worker = (...compare: readonly string[]): TwinKind => ({
  ...output(...compare),
  worker: true,
});
const input: TwinKind = { role: "input", compare: [] };
const unmodelled = (why: string): TwinKind => ({ role: "unmodelled", compare: [], why });

const conn = [
  ...["flags", "conn_rid", "greeting_id", "accepted"],
  ...["next_send_seq", "next_send_id", "recv_seq"],
];
const message = ["side", "rid", "seq", "recv_seq", "id", "cmd", "resp", "err"];
const driven = (why: string, ...compare: readonly string[]): TwinKind => ({
  ...{ role: "driven", compare, why },
});
const ofPart = (part: string, kinds: object): Record<string, TwinKind> =>
  Object.fromEntries(
    Object.keys(kinds).map((kind) => [kind, { role: "part", compare: [], why: part }]),
  );

export const twinKinds: Readonly<Record<string, TwinKind>> = {
  ...ofPart("the client side", clientKinds),
  ...ofPart("the server side", serverKinds),
  quorum_recv_message: {
    role: "received",
    compare: ["term", "type", "slot"],
    worker: true,
  },
  quorum_loop: worker("term", "role", "vote_for", "vote_bits", "timeout"),
  quorum_send_message: worker("term", "type", "slot"),
  quorum_block_event: worker("event", "term", "check_rid"),
  quorum_block_event_ret: worker("event", "term", "ret"),
  server_start: worker("term"),
  server_stop: worker(),
  server_stop_wait: worker(),

  server_work_enter: output(),
  fence_leaders: output("term"),
  fence_wait: output(),
  fence_wait_ret: output("ret"),
  fence_leaders_ret: output("term", "ret"),
  net_bind: output(),
  ls_setup: output(),
  start_recovery: output(),
  recov_prepare: output("rid", "which"),
  recov_begin: output("timeout_ms"),
  net_listen: output(),
  recov_shutdown: output(),
  ls_destroy: output(),
  fence_stop: output(),
  server_work_exit: output("ret"),
  finished_recovery: output(),
  recovery_timeout: output(),

  fence_start: output("rid", "reason"),
  fenced_store: input,
  fence_timeout: output(),
  fence_free: output("rid"),
  reclaim_rid: output("rid"),
  ls_farewell: output("rid"),
  omap_remove_rid: output("rid"),
  reclaim_rid_ret: output("rid", "ret"),
  farewell_worker: output(),
  recov_finish: output("rid", "which"),
  recov_finish_ret: output("rid", "which", "ret"),

  umount_begin_forced: { role: "received", compare: [] },
  put_super: { role: "driven", compare: [], why: "somebody unmounts" },
  client_destroy: output(),
  client_farewell_resp: output("error"),
  lookup_mounted_client: output("rid", "ret"),

  net_connect: output("port", "timeout_ms"),
  net_connect_ret: output("ret"),
  conn_connect_start: output(...conn),
  conn_connect_complete: { role: "received", compare: conn },
  conn_alloc: driven("somebody connects", ...conn),
  conn_accept: output(...conn),
  conn_shutdown_queued: driven("the peer or the network ends the connection", ...conn),
  conn_shutdown_start: output(...conn),
  conn_shutdown_complete: output(...conn),
  conn_reconn_migrate: output(...conn),
  conn_destroy_start: output(...conn),
  conn_destroy_free: output(...conn),
  net_shutdown: output("conn_rid"),
  client_notify_down: output(),
  net_send_message: output(...message),
  net_recv_message: { role: "received", compare: message },

  server_greeting: output("id", "gr_term", "rid", "gr_flags"),
  insert_mounted_client: output("rid", "gr_flags"),
  net_server_greeting: output("rid", "greeting_id", "reconnecting", "first_contact"),
  server_client_up: output("rid", "nr_clients"),
  server_client_down: output("rid", "nr_clients"),
  ls_greeting: output("rid"),
  omap_add_rid: output("rid"),
  server_greeting_ret: output("ret"),
  client_greeting: output("gr_term", "prev_term", "error"),
  net_client_greeting: output("new_server"),
  server_farewell: output("rid", "id"),
  sv_lock_recover_request: output("rid"),
  sv_lock_recover_response: output("rid", "nr"),
  server_commit_start: driven("most commits are of requests that the model lacks"),
  server_commit_end: output(),

  tracing_mark_write: unmodelled("what the driver of the recording says"),
};
