// Which inodes a mount has in its cache, and what the server keeps to ask all mounts of it: struct
// omap_info, omap_group and omap_request of omap.c. A bitmap is the sorted list of its set bits.

import type { Errno, Handle, Out, Protocol, Rid, Table } from "../core/index.ts";

/** `scoutfs_open_ino_map_args`. */
export interface OmapArgs {
  readonly groupNr: number;
  /** Of the server that asks its clients; a client that asks leaves it 0. */
  readonly reqId: number;
}
/** `scoutfs_open_ino_map`. */
export interface OmapMap extends OmapArgs {
  readonly bits: readonly number[];
}

/** `omap_group`: there is one exactly while it has a bit; `total` is how many it has. */
export interface OmapGroup {
  readonly nr: number;
  bits: number[];
}

export interface OmapRequest {
  readonly clientRid: Rid;
  readonly clientId: number;
  /** Whose answers are missing. */
  rids: Rid[];
  readonly args: OmapArgs;
  /** All that was answered so far. */
  bits: number[];
}
export type OmapRequestHandle = Handle<OmapRequest>;

export interface OmapState {
  /** As a client: `group_ht`. */
  groups: OmapGroup[];
  /** As the server: whom to ask. */
  rids: Rid[];
  /** Requests have one owner: the list, the hash or the task that handles it. */
  readonly reqs: Table<OmapRequest>;
  /** `requests`: not handled yet, the last first. */
  requests: OmapRequestHandle[];
  /** `req_ht`: their clients were asked, or are being asked. */
  reqHt: OmapRequestHandle[];
  /** Never set back: the next server of this mount goes on counting. */
  nextReqId: number;
}

export interface OmapCalls {
  scoutfs_omap_add_rid: { readonly rid: Rid };
  scoutfs_omap_remove_rid: { readonly rid: Rid };
  scoutfs_omap_finished_recovery: object;
  scoutfs_omap_server_shutdown: object;
  scoutfs_omap_destroy: object;
  omap_handle_request: { readonly req: OmapRequestHandle };
  omap_handle_requests: object;
  scoutfs_omap_server_handle_request: {
    readonly rid: Rid;
    readonly id: number;
    readonly args: OmapArgs;
  };
  scoutfs_omap_server_handle_response: { readonly rid: Rid; readonly map: OmapMap };
  scoutfs_omap_client_handle_request: { readonly id: number; readonly args: OmapArgs };
}

/** What server.c and client.c send for this folder. */
export interface OmapNeeds {
  scoutfs_server_send_omap_request: { readonly rid: Rid; readonly args: OmapArgs };
  scoutfs_server_send_omap_response: {
    readonly rid: Rid;
    readonly id: number;
    readonly map: OmapMap | undefined;
    readonly error: Errno | undefined;
  };
  scoutfs_client_send_omap_response: { readonly id: number; readonly map: OmapMap };
}

export interface OmapApi<P extends Protocol> {
  /** `scoutfs_omap_set`: EEXIST when it was set. */
  omapSet(m: P["State"], out: Out<P>, ino: number): Errno | undefined;
  /** `scoutfs_omap_test`. */
  omapTest(m: P["State"], ino: number): boolean;
  /** `scoutfs_omap_clear`. */
  omapClear(m: P["State"], out: Out<P>, ino: number): void;
}

interface GroupFields {
  readonly group_nr: number;
  readonly group_total: number;
  /** -1: of no bit. */
  readonly bit_nr: number;
}
export type OmapRecord =
  | { readonly kind: "omap_add_rid"; readonly rid: Rid }
  | { readonly kind: "omap_remove_rid"; readonly rid: Rid }
  | { readonly kind: "omap_finished_recovery" }
  | ({
      readonly kind:
        | "omap_group_alloc"
        | "omap_group_free"
        | "omap_group_inc"
        | "omap_group_dec"
        | "omap_group_request";
    } & GroupFields);
