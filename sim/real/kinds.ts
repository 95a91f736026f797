// Which events of a recording become trace entries. The others (inodes, allocation, log merge) say
// nothing that a monitor asks for; they are counted by name.

const prefixed = [
  ...["quorum_send_message", "quorum_recv_message", "quorum_loop", "put_super"],
  ...["server_work_enter", "server_work_exit", "server_client_up", "server_client_down"],
  ...["server_commit_start", "server_commit_end"],
  ...["conn_alloc", "conn_connect_start", "conn_connect_complete", "conn_accept"],
  ...["conn_shutdown_queued", "conn_shutdown_start", "conn_shutdown_complete"],
  ...["conn_reconn_migrate", "conn_destroy_start", "conn_destroy_free"],
  ...["net_send_message", "net_recv_message"],
  ...["lock_grant_response", "lock_granted", "lock_invalidate", "lock_free", "lock_shutdown"],
  ...["lock_destroy", "lock_wait", "lock_locked", "lock_unlock", "lock_alloc", "lock_setup"],
  ...["trans_write_func", "forest_init_our_log"],
  ...["omap_group_alloc", "omap_group_inc", "omap_group_dec", "omap_group_free"],
  ...["lock_invalidate_request", "lock_invalidated", "lock_shrink", "lock_message"],
];

const plain = [
  ...["quorum_block_event", "quorum_block_event_ret"],
  ...["server_start", "server_stop", "server_stop_wait"],
  ...["fence_leaders", "fence_leaders_ret", "fence_wait", "fence_wait_ret", "fence_start"],
  ...["fenced_store", "fence_timeout", "fence_free", "fence_stop"],
  ...["net_bind", "net_listen", "ls_setup", "ls_destroy"],
  ...["net_connect", "net_connect_ret", "net_shutdown", "client_notify_down"],
  ...["start_recovery", "recov_prepare", "recov_begin", "recov_finish", "recov_finish_ret"],
  ...["finished_recovery", "recovery_timeout", "recov_shutdown"],
  ...["server_greeting", "server_greeting_ret", "net_server_greeting", "insert_mounted_client"],
  ...["client_greeting", "net_client_greeting", "ls_greeting", "omap_add_rid"],
  ...["sv_lock_response", "sv_lock_request", "ls_request", "ls_response"],
  ...["sv_lock_recover_request", "sv_lock_recover_response"],
  ...["server_farewell", "farewell_worker", "reclaim_rid", "reclaim_rid_ret", "ls_farewell"],
  ...["omap_remove_rid", "client_farewell_resp", "lookup_mounted_client", "client_destroy"],
  ...["cl_lock_grant_response", "cl_lock_response", "next_seq", "set_seq_if_greater"],
  ...["cl_lock_request", "cl_lock_invalidate_request"],
  ...["cl_lock_recover_request", "cl_lock_recover_response"],
  ...["umount_begin_forced", "tracing_mark_write"],
];

/** From the recording's name to the kind: tracepoints lose the prefix that all of them share. */
export const kinds: ReadonlyMap<string, string> = new Map([
  ...prefixed.map((kind) => [`scoutfs_${kind}`, kind] as const),
  ...plain.map((kind) => [kind, kind] as const),
]);
