// What the server keeps of open inodes: the clients that must be asked, and the requests that wait
// for their answers. Mirrors the server half of omap.c.

import type { Rid } from "../core/index.ts";

export interface OmapRequest {
  readonly clientRid: Rid;
  readonly clientId: number;
  /** Whose answers are missing. */
  rids: Rid[];
}

export interface OmapState {
  rids: Rid[];
  requests: OmapRequest[];
}

export interface OmapCalls {
  scoutfs_omap_add_rid: { readonly rid: Rid };
  scoutfs_omap_remove_rid: { readonly rid: Rid };
  scoutfs_omap_finished_recovery: object;
  scoutfs_omap_server_shutdown: object;
}

export type OmapRecord =
  | { readonly kind: "omap_add_rid"; readonly rid: Rid }
  | { readonly kind: "omap_remove_rid"; readonly rid: Rid };
