// What the connections of one mount are made of, and the slice of the protocol that net/ brings:
// it mirrors net.h and the structs of net.c. Messages have one owner, the queue they are in; the
// sorted roots of the C are not kept, for a message is in one exactly while it is queued and alive.

import type {
  Address,
  Errno,
  Handle,
  Out,
  Protocol,
  Rid,
  SocketId,
  Table,
  Us,
} from "../core/index.ts";
import type { NetRoots } from "../item/types.ts";
import type { LockKey, NetLock } from "../lock/types.ts";
import type { OmapArgs, OmapMap } from "../omap/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { LogTrees } from "../server/super.ts";

/** The commands by their C names without the prefix, and what each carries, request or response. */
export interface CommandData {
  GREETING: Greeting;
  ALLOC_INODES: { readonly count: number } | { readonly ino: number; readonly nr: number };
  GET_LOG_TREES: LogTrees;
  COMMIT_LOG_TREES: LogTrees;
  SYNC_LOG_TREES: undefined;
  GET_ROOTS: NetRoots;
  GET_LAST_SEQ: { readonly seq: number };
  LOCK: NetLock;
  LOCK_RECOVER: { readonly key: LockKey } | { readonly locks: readonly NetLock[] };
  SRCH_GET_COMPACT: SrchCompact;
  SRCH_COMMIT_COMPACT: SrchCompact;
  GET_LOG_MERGE: object;
  COMMIT_LOG_MERGE: object;
  OPEN_INO_MAP: OmapArgs | OmapMap;
  GET_VOLOPT: VolumeOptions;
  SET_VOLOPT: VolumeOptions;
  CLEAR_VOLOPT: VolumeOptions;
  RESIZE_DEVICES: { readonly metaBlocks: number; readonly dataBlocks: number };
  STATFS: { readonly metaBlocks: number; readonly dataBlocks: number };
  FAREWELL: undefined;
}
export type Cmd = keyof CommandData;
export type Data = CommandData[Cmd] | undefined;

/** `scoutfs_net_greeting`. Its file system and format are those of the one device there is. */
export interface Greeting {
  /** Of the last server that answered this client; 0 when none has. */
  readonly serverTerm: number;
  readonly rid: Rid;
  /** SCOUTFS_NET_GREETING_FLAG_FAREWELL and _QUORUM. */
  readonly farewell: boolean;
  readonly quorum: boolean;
}

/** `scoutfs_srch_compact`: a compaction as it is handed out, and what came of it. */
export interface SrchCompact {
  /** How many files go into it; 0 when there is nothing to do. */
  readonly nr: number;
  readonly isDone: boolean;
  readonly failed: boolean;
}

/** `scoutfs_volume_options`; undefined where its bit is not set. */
export interface VolumeOptions {
  readonly dataAllocZoneBlocks: number | undefined;
}

/** `scoutfs_net_header` and its payload: what a stream carries. */
export interface NetMessage {
  readonly seq: number;
  /** The last seq that the sender had received when it sent this: acknowledges responses. */
  readonly recvSeq: number;
  readonly id: number;
  readonly cmd: Cmd;
  readonly response: boolean;
  /** Only responses carry errors. */
  readonly error: Errno | undefined;
  readonly data: Data;
}

/** `message_send`: a message in a connection's send or resend queue. */
export interface MessageSend extends Omit<NetMessage, "recvSeq"> {
  /** Set when it is sent, cleared after. */
  recvSeq: number;
  /** Waits for the send worker to free it; no longer found as a request or a response. */
  dead: boolean;
  /** The program that gets the response of a request. */
  readonly respFunc: ResponseName | undefined;
  readonly respData: Handle<unknown> | undefined;
}

/** CONN_FL_*, with the meaning that net.h gives each. */
export interface ConnFlags {
  validGreeting: boolean;
  established: boolean;
  shuttingDown: boolean;
  sawGreeting: boolean;
  sawFarewell: boolean;
  reconnWait: boolean;
  /** Whoever set it destroys the connection. */
  reconnFreeing: boolean;
}

/** `scoutfs_net_connection`: of a client, of a listener, or accepted by a listener. */
export interface Connection {
  /** Whose table of request functions it was allocated with. */
  readonly reqFuncs: RequestSide;
  readonly notifyUp: NotifyUpName | undefined;
  /** Taken away from a connection whose state has moved to its successor. */
  notifyDown: NotifyDownName | undefined;
  readonly flags: ConnFlags;
  reconnDeadlineAt: Us;
  /** Where the running attempt connects to; undefined when it has failed or none runs. */
  connectTo: Address | undefined;
  connectTimeout: Us;
  sock: SocketId | undefined;
  /** 0 until an accepted connection has seen a valid greeting, and always 0 on the others. */
  rid: Rid;
  /** `info`: whether it is on the server's list of clients. It moves to the successor with the rest
   *  of the state. */
  infoListed: boolean;
  greetingId: number;
  peer: Address | undefined;
  lastPeer: Address | undefined;
  /** Of a listener, in the order of accepting. */
  accepted: ConnHandle[];
  /** The listener that accepted this one. */
  listening: ConnHandle | undefined;
  nextSendSeq: number;
  nextSendId: number;
  sendQueue: MessageSend[];
  resendQueue: MessageSend[];
  recvSeq: number;
  /** `ordered_proc_wlists`: as many lists as the host has processors, each in order of arrival. */
  orderedProc: MessageRecvHandle[][];
}
/** `message_recv`: what was received, until its work has processed it. */
export interface MessageRecv {
  readonly conn: ConnHandle;
  readonly message: NetMessage;
}
export type MessageRecvHandle = Handle<MessageRecv>;
export type ConnHandle = Handle<Connection>;

/** `sync_request_completion`: lives on the stack of the one who waits. */
export interface SyncRequest {
  done: boolean;
  error: Errno | undefined;
  data: Data;
}

/** `net_info` and the connections that were allocated with it. */
export interface NetState {
  /** Mount option tcp_keepalive_timeout_ms: how long a silent peer is borne. */
  readonly keepaliveTimeout: Us;
  readonly conns: Table<Connection>;
  readonly syncRequests: Table<SyncRequest>;
  readonly received: Table<MessageRecv>;
}

/** The functions that are given to `scoutfs_net_alloc_conn`. */
export type NotifyUpName = "server_notify_up";
export type NotifyDownName = "client_notify_down" | "server_notify_down";
export interface NotifyArgs {
  readonly conn: ConnHandle;
  readonly rid: Rid;
}

/** `scoutfs_net_request_t`: the request functions of server.c and client.c. */
export type RequestSide = "server" | "client";
export interface RequestArgs {
  readonly conn: ConnHandle;
  readonly cmd: Cmd;
  readonly id: number;
  readonly data: Data;
}
/** An error of theirs shuts the connection down. */
export type RequestName =
  | "server_greeting"
  | "server_alloc_inodes"
  | "server_get_log_trees"
  | "server_commit_log_trees"
  | "server_get_roots"
  | "server_get_last_seq"
  | "server_lock"
  | "server_open_ino_map"
  | "server_srch_get_compact"
  | "server_srch_commit_compact"
  | "server_get_volopt"
  | "server_set_volopt"
  | "server_clear_volopt"
  | "server_resize_devices"
  | "server_statfs"
  | "server_farewell"
  | "sync_log_trees"
  | "client_lock"
  | "client_lock_recover"
  | "client_open_ino_map";

/** The response functions that requests are submitted with. */
export type ResponseName =
  | "sync_response"
  | "client_greeting"
  | "client_lock_response"
  | "client_farewell_response"
  | "lock_response"
  | "lock_recover_response"
  | "open_ino_map_response";
export interface ResponseArgs {
  readonly conn: ConnHandle;
  readonly data: Data;
  readonly error: Errno | undefined;
  readonly respData: Handle<unknown> | undefined;
}

export interface SubmitArgs {
  readonly conn: ConnHandle;
  /** Not 0: `conn` listens, and the message goes to the one it accepted that has this rid. */
  readonly rid: Rid;
  readonly cmd: Cmd;
  readonly response: boolean;
  /** 0: the next id of the connection; only requests may leave it so. */
  readonly id: number;
  readonly error: Errno | undefined;
  readonly data: Data;
  readonly respFunc: ResponseName | undefined;
  readonly respData: Handle<unknown> | undefined;
}

/** A connection as a kernel object: the number that `connNumber` makes of its handle. */
export interface OfConn {
  readonly of: number;
}
/** A received message as a work item: the number of its handle. */
export interface OfMessage {
  readonly of: number;
}
/** A list of a connection's ordered processing as a work item: see `orderedWork`. */
export interface OfOrdered {
  readonly of: number;
}

/** The programs of this folder. */
export interface NetCalls {
  scoutfs_net_shutdown_worker: OfConn;
  scoutfs_net_destroy_worker: OfConn;
  scoutfs_net_reconn_free_worker: OfConn;
  scoutfs_net_send_worker: OfConn;
  scoutfs_net_listen_worker: OfConn;
  scoutfs_net_connect_worker: OfConn;
  scoutfs_net_recv_worker: OfConn;
  scoutfs_net_proc_worker: OfMessage;
  scoutfs_net_ordered_proc_worker: OfOrdered;
  /** `ret.value`: the ConnHandle. */
  scoutfs_net_alloc_conn: AllocConn;
  scoutfs_net_bind: { readonly conn: ConnHandle; readonly address: Address };
  scoutfs_net_listen: { readonly conn: ConnHandle };
  scoutfs_net_connect: {
    readonly conn: ConnHandle;
    readonly address: Address;
    readonly timeout: Us;
  };
  scoutfs_net_server_greeting: ServerGreeting;
  scoutfs_net_setup: object;
  scoutfs_net_destroy: object;
  scoutfs_net_shutdown: { readonly conn: ConnHandle };
  scoutfs_net_free_conn: { readonly conn: ConnHandle | undefined };
  /** `ret.value`: the id of the message. */
  submit_send: SubmitArgs;
  /** `ret.value`: the data of the response. */
  scoutfs_net_sync_request: { readonly conn: ConnHandle; readonly cmd: Cmd; readonly data: Data };
  sync_response: ResponseArgs;
}

export type AllocConn = Pick<Connection, "notifyUp" | "notifyDown" | "reqFuncs">;
/** What server.c makes of a greeting for net.c. */
export interface ServerGreeting {
  readonly conn: ConnHandle;
  readonly rid: Rid;
  readonly greetingId: number;
  readonly reconnecting: boolean;
  readonly firstContact: boolean;
  readonly farewell: boolean;
}

/** What a neighbour has to provide: response and notify functions may sleep, and so may fencing. */
export type NetNeeds = {
  readonly [N in Exclude<ResponseName, "sync_response">]: ResponseArgs;
} & { readonly [N in RequestName]: RequestArgs } & {
  readonly [N in NotifyDownName | NotifyUpName]: NotifyArgs;
} & {
  readonly scoutfs_fence_start: {
    readonly rid: Rid;
    readonly address: Address;
    readonly reason: "client_reconnect";
  };
};

export interface NetApi<P extends Protocol> {
  /** `notify_down` of clients and listeners, which the C calls under the connection's lock. */
  notifyDownLocked(m: P["State"], out: Out<P>, name: NotifyDownName, args: NotifyArgs): void;
  /** `scoutfs_server_stop`: asks, and does not wait. */
  serverStop(m: P["State"], out: Out<P>, cause: string): void;
  /** `req_funcs[cmd]`; undefined where the C has no function: that shuts the connection down. */
  requestFunction(side: RequestSide, cmd: Cmd): RequestName | undefined;
  /** `scoutfs_net_client_greeting`, one locked region; client.c gives no notify_up. */
  netClientGreeting(m: P["State"], out: Out<P>, conn: ConnHandle, newServer: boolean): void;
}

export type NetQueues = "conn.workq" | "net.shutdown_workq" | "net.destroy_workq";
export type NetWaitQueues = "conn.waitq" | "net.sync_request";
/** net.c has spinlocks only: each region under one is a step. */
export type NetMutexes = never;

/** What every tracepoint of a connection prints, and its number. */
export interface ConnFields {
  readonly conn: number;
  /** Names of those that are set, as `established|saw_greeting`. */
  readonly flags: string;
  readonly conn_rid: Rid;
  readonly greeting_id: number;
  readonly accepted: boolean;
  readonly next_send_seq: number;
  readonly next_send_id: number;
  readonly recv_seq: number;
}
export type ConnEvent =
  | "conn_alloc"
  | "conn_accept"
  | "conn_connect_start"
  | "conn_connect_complete"
  | "conn_reconn_migrate"
  | "conn_shutdown_queued"
  | "conn_shutdown_start"
  | "conn_shutdown_complete"
  | "conn_destroy_start"
  | "conn_destroy_free";

/** What the tracepoints of a message print: sent before it is in the socket, received before
 *  duplicates are dropped. */
export interface MessageFields {
  readonly conn: number;
  /** Which end this is, and the rid of the client's end. */
  readonly side: RequestSide;
  readonly rid: Rid;
  readonly seq: number;
  readonly recv_seq: number;
  readonly id: number;
  readonly cmd: Cmd;
  readonly resp: 0 | 1;
  /** SCOUTFS_NET_ERR_*. */
  readonly err: number;
  /** Of a response to a LOCK and of the request that it has found. */
  readonly key?: LockKey;
  readonly asked_key?: LockKey;
}

/** The recordings have the first two. The others: it was accepted for sending; its sender gave up
 *  and told the caller; its request function begins; it has found the request that it answers. */
export type MessageEvent =
  | ("net_send_message" | "net_recv_message" | "net.submit" | "net.failed")
  | ("net.request" | "net.response");

export type NetRecord =
  | ({ readonly kind: ConnEvent } & ConnFields)
  | ({ readonly kind: MessageEvent } & MessageFields)
  | { readonly kind: "net_bind"; readonly port: number }
  | { readonly kind: "net_listen" }
  | { readonly kind: "net_connect"; readonly port: number; readonly timeout_ms: number }
  | { readonly kind: "net_connect_ret"; readonly ret: 0 | Errno }
  | { readonly kind: "net_shutdown"; readonly conn_rid: Rid }
  | { readonly kind: "net_client_greeting"; readonly new_server: 0 | 1 }
  | {
      readonly kind: "net_server_greeting";
      readonly rid: Rid;
      readonly greeting_id: number;
      readonly reconnecting: 0 | 1;
      readonly first_contact: 0 | 1;
    }
  /** It was not dropped: the connection is the client's from here on. */
  | { readonly kind: "net.greeted"; readonly rid: Rid; readonly conn: number };

export type NetProtocol = Scoutfs;
export type NetMount = Scoutfs["State"];
