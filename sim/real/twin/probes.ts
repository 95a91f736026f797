// Probes on the model, as kprobes were on the real system: what a function would have printed as it
// is entered or returns, where the model has no record of its own. A probed program gets one more
// step at its head; nothing of its behaviour changes. What is seen goes to one collector, which the
// acceptor empties after every step.

import type { AnyProgram, Errno, Ret } from "../../../src/core/index.ts";
import type { Monitor } from "../../engine/trace/monitor.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";

export interface Seen {
  readonly kind: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

type Fields = Seen["fields"];
// biome-ignore lint/suspicious/noExplicitAny: probes look into programs of any type
type Any = any;

let seen: Seen[] = [];
export const see = (kind: string, fields: Fields = {}): void => {
  seen.push({ kind, fields });
};
export function takeSeen(): readonly Seen[] {
  const taken = seen;
  if (taken.length > 0) seen = [];
  return taken;
}

const errnos: Readonly<Partial<Record<Errno, number>>> = {
  ENOENT: -2,
  EIO: -5,
  EAGAIN: -11,
  ENOMEM: -12,
  EEXIST: -17,
  EINVAL: -22,
  EPIPE: -32,
  ENOLINK: -67,
  ESTALE: -116,
  EADDRINUSE: -98,
  EADDRNOTAVAIL: -99,
  ENOTCONN: -107,
  ESHUTDOWN: -108,
  ETIMEDOUT: -110,
  EINPROGRESS: -115,
};
/** As the probes print a return value. */
export const retOf = (error: unknown): unknown =>
  error === undefined || error === 0 ? 0 : (errnos[error as Errno] ?? error);

const rid = (l: Any): Fields => ({ rid: l.rid });
const none = (): Fields => ({});

/** By program: what its entry prints. */
const entries: Readonly<Record<string, readonly [kind: string, (l: Any) => Fields]>> = {
  scoutfs_server_stop_wait: ["server_stop_wait", none],
  scoutfs_fence_wait_fenced: ["fence_wait", none],
  scoutfs_net_bind: ["net_bind", none],
  scoutfs_lock_server_setup: ["ls_setup", none],
  scoutfs_lock_server_destroy: ["ls_destroy", none],
  start_recovery: ["start_recovery", none],
  scoutfs_recov_begin: ["recov_begin", (l) => ({ timeout_ms: l.timeout / 1000 })],
  scoutfs_net_listen: ["net_listen", none],
  scoutfs_recov_shutdown: ["recov_shutdown", none],
  scoutfs_fence_stop: ["fence_stop", none],
  finished_recovery: ["finished_recovery", none],
  scoutfs_fence_free: ["fence_free", rid],
  fence_timeout: ["fence_timeout", none],
  scoutfs_lock_server_farewell: ["ls_farewell", rid],
  scoutfs_omap_remove_rid: ["omap_remove_rid", rid],
  farewell_worker: ["farewell_worker", none],
  scoutfs_recov_finish: ["recov_finish", (l) => ({ rid: l.rid, which: l.which })],
  scoutfs_umount_begin: ["umount_begin_forced", none],
  scoutfs_put_super: ["put_super", none],
  scoutfs_client_destroy: ["client_destroy", none],
};

/** By program: what its return prints. */
const exits: Readonly<Record<string, readonly [kind: string, (l: Any, ret: Ret) => Fields]>> = {
  server_greeting: ["server_greeting_ret", (_l, ret) => ({ ret: retOf(ret.error) })],
  scoutfs_fence_wait_fenced: ["fence_wait_ret", (_l, ret) => ({ ret: retOf(ret.error) })],
  scoutfs_recov_finish: [
    "recov_finish_ret",
    (l, ret) => ({ rid: l.rid, which: l.which, ret: ret.value === true ? 1 : 0 }),
  ],
};

/** `scoutfs_server_stop` is the one way to stop_server that has a probe. */
const isServerStop = (l: Any): boolean => l.cause === "quorum: leads no more";

function withEntry(p: AnyProgram<Any>): AnyProgram<Any> {
  const probe = entries[p.name];
  const stop = p.name === "stop_server";
  if (probe === undefined && !stop) return p;
  const { start } = p;
  const entry = (l: Any) => {
    if (probe !== undefined) see(probe[0], probe[1](l));
    else if (isServerStop(l)) see("server_stop");
    return start;
  };
  return { ...p, start: "entry", steps: { ...p.steps, entry } };
}

function withExit(p: AnyProgram<Any>): AnyProgram<Any> {
  const probe = exits[p.name];
  if (probe === undefined) return p;
  const steps: Record<string, Any> = {};
  for (const [label, step] of Object.entries(p.steps)) {
    steps[label] = (l: Any, m: Any, out: Any, ret: Any) => {
      const next = (step as Any)(l, m, out, ret);
      if (typeof next === "object" && "done" in next) see(probe[0], probe[1](l, next.done));
      return next;
    };
  }
  return { ...p, steps };
}

export const probed = (programs: readonly AnyProgram<Any>[]): AnyProgram<Any>[] =>
  programs.map((p) => withExit(withEntry(p)));

/** The model's own records that are protocol events: their recorded kind and fields. */
const asItIs = (...kinds: readonly string[]) =>
  Object.fromEntries(kinds.map((kind) => [kind, [kind, (d: Any) => d] as const]));
const withRet = (kind: string, field: string) => ({
  [kind]: [kind, (d: Any) => ({ ...d, [field]: retOf(d[field]) })] as const,
});
const records: Readonly<Record<string, readonly [kind: string, (d: Any) => Fields]>> = {
  ...asItIs(
    ...["net_connect", "conn_connect_start", "conn_connect_complete", "conn_alloc", "conn_accept"],
    ...["conn_shutdown_queued", "conn_shutdown_start", "conn_shutdown_complete"],
    ...["conn_reconn_migrate", "conn_destroy_start", "conn_destroy_free", "net_shutdown"],
    ...["net_send_message", "net_recv_message", "net_server_greeting", "net_client_greeting"],
    ...["server_greeting", "insert_mounted_client", "ls_greeting", "omap_add_rid"],
    ...["server_client_up", "server_client_down", "server_farewell"],
    ...["sv_lock_recover_request", "sv_lock_recover_response"],
    ...["server_commit_start", "server_commit_end"],
  ),
  ...withRet("net_connect_ret", "ret"),
  ...withRet("client_greeting", "error"),
  ...withRet("client_farewell_resp", "error"),
  ...withRet("lookup_mounted_client", "ret"),
  quorum_send_message: ["quorum_send_message", (d) => d],
  quorum_recv_message: ["quorum_recv_message", (d) => d],
  quorum_loop: ["quorum_loop", (d) => d],
  quorum_block_event: ["quorum_block_event", (d) => d],
  quorum_block_event_ret: ["quorum_block_event_ret", (d) => ({ ...d, ret: retOf(d.ret) })],
  fence_leaders: ["fence_leaders", (d) => d],
  fence_leaders_ret: ["fence_leaders_ret", (d) => ({ ...d, ret: retOf(d.ret) })],
  "fence.start": ["fence_start", (d) => ({ rid: d.rid, reason: d.reason })],
  "server.work_enter": ["server_work_enter", none],
  "server.work_exit": ["server_work_exit", (d) => ({ ret: retOf(d.error) })],
  reclaim_rid: ["reclaim_rid", rid],
  reclaim_rid_ret: ["reclaim_rid_ret", (d) => ({ rid: d.rid, ret: retOf(d.ret) })],
  "server.reclaim": ["reclaim_rid", rid],
  "server.reclaimed": ["reclaim_rid_ret", (d) => ({ rid: d.rid, ret: retOf(d.error) })],
};

/** Reads them: a monitor that judges nothing. */
export const recordProbe: Monitor<Any, object> = {
  promise: "twin",
  wants: Object.keys(records),
  start: () => ({}),
  on(entry: TraceEntry) {
    const known = records[entry.kind];
    if (known !== undefined) see(known[0], known[1](entry.data));
  },
};

/** Functions that neighbours call in passing have a probe too. */
export function probedApi(api: Any): Any {
  return {
    ...api,
    serverStart(m: Any, out: Any, args: Any) {
      see("server_start", { term: args.term });
      api.serverStart(m, out, args);
    },
    recovPrepare(m: Any, who: Any, which: Any) {
      see("recov_prepare", { rid: who, which });
      api.recovPrepare(m, who, which);
    },
    notifyDownLocked(m: Any, out: Any, name: string, args: Any) {
      if (name === "client_notify_down") see("client_notify_down");
      api.notifyDownLocked(m, out, name, args);
    },
    serverRecoveryTimeout(m: Any, out: Any) {
      see("recovery_timeout");
      api.serverRecoveryTimeout(m, out);
    },
  };
}
