// The client of a mount: struct client_info of client.c, and the slice of the protocol that client/
// brings.

import type { Completion, Errno, Rid, Us } from "../core/index.ts";
import type { ConnHandle, SrchCompact, VolumeOptions } from "../net/types.ts";
import type { LogTrees } from "../server/super.ts";

export interface ClientState {
  /** Absent before `scoutfs_client_setup` and once destroy has taken it away. */
  conn: ConnHandle | undefined;
  /** Of the last server that answered a greeting; 0 when none has. */
  serverTerm: number;
  /** How long the next queueing of the connect worker waits: long from each attempt on, and none
   *  once a greeting is answered. */
  connectDelay: Us;
  shuttingDown: boolean;
  sendingFarewell: boolean;
  farewellError: Errno | undefined;
  farewellDone: Completion;
}

/** The client's one connect worker as a work item. */
export interface OfClient {
  readonly of: number;
}

export interface ClientCalls {
  scoutfs_client_setup: object;
  scoutfs_client_net_shutdown: object;
  scoutfs_client_destroy: object;
  scoutfs_client_connect_worker: OfClient;
  /** `ret.value`: whether the item is there. */
  lookup_mounted_client_item: { readonly rid: Rid };
  /** Each sends its request and waits; `ret.value`: the data of the response. */
  scoutfs_client_alloc_inodes: { readonly count: number };
  scoutfs_client_get_log_trees: object;
  scoutfs_client_commit_log_trees: { readonly lt: LogTrees };
  scoutfs_client_get_roots: object;
  scoutfs_client_srch_get_compact: object;
  scoutfs_client_srch_commit_compact: { readonly res: SrchCompact };
  scoutfs_client_get_last_seq: object;
  scoutfs_client_get_volopt: object;
  scoutfs_client_set_volopt: VolumeOptions;
  scoutfs_client_clear_volopt: VolumeOptions;
  scoutfs_client_resize_devices: { readonly metaBlocks: number; readonly dataBlocks: number };
  scoutfs_client_statfs: object;
  /** `ret.value`: an OmapMap of all other mounts. */
  scoutfs_client_open_ino_map: { readonly groupNr: number };
}

export type ClientQueues = "client.workq";
export type ClientWaitQueues = "client.farewell";

/** As the recordings have them: 0 where there is no error. */
export type ClientRecord =
  | {
      readonly kind: "client_greeting";
      readonly gr_term: number;
      readonly prev_term: number;
      readonly error: Errno | 0;
    }
  /** At its return; 1: the item is there. */
  | {
      readonly kind: "lookup_mounted_client";
      readonly rid: Rid;
      readonly ret: Errno | 0 | 1;
    }
  | { readonly kind: "client_farewell_resp"; readonly error: Errno | 0 }
  | { readonly kind: "client_destroy"; readonly rid: Rid };
