// The formats of scoutfs's tracepoints that say something of the protocol, as `TP_printk` has them
// (kmod/src/scoutfs_trace.h), after the `f.FSID.r.RID` with which each begins. Of the others the
// text is kept as it is.

import { type Template, templateOf } from "./template.ts";

const lock =
  "start {key:text} end {_end:0} mode {mode:mode} invmd {invmode:mode} reqp {reqp} invp {invp} " +
  "refg {refresh_gen} wris {write_seq} dts {dirty_trans_seq} waiters: pr {wait_rd} ex {wait_wr} " +
  "cw {wait_wo} users: pr {use_rd} ex {use_wr} cw {use_wo}";
const connection =
  "flags {flags:text} rc_dl {_rc:0} cto {_cto:0} sk {_sk:0000000000000000} rid " +
  "{conn_rid:decimalRid} grid {greeting_id} sn {sock:text} pn {peer:text} eah {_eah:1} lc " +
  "{accepted:pointer} eal {_eal:1} nss {next_send_seq} nsi {next_send_id} esq {_esq:1} erq " +
  "{_erq:1} rs {recv_seq}";
const message =
  "name {name:text} peer {peer:text} nh seq {seq} recv_seq {recv_seq} id {id} data_len {len} " +
  "cmd {cmd:cmd} flags {resp:response} error {err}";
const datagram = "term {term} type {type:type} nr {slot}";
const count = "rid {client:rid} nr_clients {nr_clients}";

const lines: Readonly<Record<string, string>> = {
  quorum_send_message: datagram,
  quorum_recv_message: datagram,
  quorum_loop:
    "term {term} role {role:role} vote_for {vote_for} vote_bits {vote_bits:hex} vote_count " +
    "{_count:0} timeout {timeout:seconds}",
  server_client_up: count,
  server_client_down: count,
  trans_seq_last: "rid {client:rid} trans_seq {seq}",
  lock_message:
    "{who:text} {what:text} {dir:text} rid {client:rid} net_id {id} key {key:text} old_mode " +
    "{old:mode} new_mode {new:mode}",
};

const lockKinds = [
  ...["alloc", "wait", "locked", "unlock", "grant_response", "granted", "invalidate_request"],
  ...["invalidate", "invalidated", "shrink", "free"],
].map((kind) => `lock_${kind}`);
const connectionKinds = [
  ...["alloc", "connect_start", "connect_result", "connect_complete", "accept", "reconn_migrate"],
  ...["shutdown_queued", "shutdown_start", "shutdown_complete", "destroy_start", "destroy_free"],
].map((kind) => `conn_${kind}`);

const all = new Map<string, Template>(
  Object.entries(lines).map(([kind, format]) => [kind, templateOf(format)] as const),
);
for (const kind of lockKinds) all.set(kind, templateOf(lock));
for (const kind of connectionKinds) all.set(kind, templateOf(connection));
for (const kind of ["net_send_message", "net_recv_message"]) all.set(kind, templateOf(message));

/** By the tracepoint's name without `scoutfs_`. */
export const formats: ReadonlyMap<string, Template> = all;
export const isMessage = (kind: string): boolean => /^net_(?:send|recv)_message$/.test(kind);
export const isConnection = (kind: string): boolean => kind.startsWith("conn_");
export const isLock = (kind: string): boolean => lockKinds.includes(kind);
