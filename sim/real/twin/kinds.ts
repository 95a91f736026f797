// What a twin does with each kind of recorded event: one line a kind, with the fields that compare.
// Somebody who models more moves a kind from `driven` or `unmodelled` to `output`.
//
//  output    the model must emit it next
//  received  it is handed to the model, which must then emit it
//  input     it is handed to the model, which emits nothing
//  driven    the model emits it, but what causes it may be not modelled yet: then the twin calls
//            the function and the model must emit it from there
//  unmodelled  nothing of the model corresponds to it yet; `why` says what is missing

export type Role = "output" | "received" | "input" | "driven" | "unmodelled";

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

const RECOV_ALL = 3;
const noClient = "the client's connection is not modelled yet";
const noGreeting = "greetings are not modelled yet";
const noLocks = "the lock server grants nothing yet";
const noStreams = "connections carry nothing in a twin yet";

export const twinKinds: Readonly<Record<string, TwinKind>> = {
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

  fence_start: {
    role: "driven",
    compare: ["rid", "reason"],
    why: noClient,
    when: ({ reason }) => reason === "client_reconnect",
  },
  fenced_store: input,
  fence_timeout: output(),
  fence_free: output("rid"),
  reclaim_rid: output("rid"),
  ls_farewell: output("rid"),
  omap_remove_rid: output("rid"),
  reclaim_rid_ret: output("rid", "ret"),
  farewell_worker: { role: "driven", compare: [], why: noGreeting },
  recov_finish: {
    role: "driven",
    compare: ["rid", "which"],
    why: "greetings and lock recovery are not modelled yet; the reclaim's own, of both, is",
    when: ({ which }) => which !== RECOV_ALL,
  },
  recov_finish_ret: output("rid", "which", "ret"),

  umount_begin_forced: { role: "received", compare: [] },
  put_super: { role: "driven", compare: [], why: "somebody unmounts" },
  client_destroy: output(),
  client_farewell_resp: input,
  lookup_mounted_client: input,
  insert_mounted_client: input,
  server_farewell: input,

  server_greeting: unmodelled(noGreeting),
  server_greeting_ret: unmodelled(noGreeting),
  net_server_greeting: unmodelled(noGreeting),
  client_greeting: unmodelled(noGreeting),
  net_client_greeting: unmodelled(noGreeting),
  ls_greeting: unmodelled(noGreeting),
  omap_add_rid: unmodelled(noGreeting),
  server_client_up: unmodelled(noClient),
  server_client_down: unmodelled(noClient),
  server_commit_start: unmodelled("most commits are caused by requests that no twin gets yet"),
  server_commit_end: unmodelled("most commits are caused by requests that no twin gets yet"),
  sv_lock_response: unmodelled(noLocks),
  sv_lock_request: unmodelled(noLocks),
  ls_request: unmodelled(noLocks),
  ls_response: unmodelled(noLocks),
  sv_lock_recover_request: unmodelled(noLocks),
  sv_lock_recover_response: unmodelled(noLocks),
  conn_accept: unmodelled(noStreams),
  conn_shutdown_start: unmodelled(noStreams),
  conn_reconn_migrate: unmodelled(noStreams),
  conn_destroy_free: unmodelled(noStreams),
  net_send_message: unmodelled(noStreams),
  net_recv_message: unmodelled(noStreams),
  tracing_mark_write: unmodelled("what the driver of the recording says"),
};
