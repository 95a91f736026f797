// The items that say who is mounted: a mount is not gone before its item is. Mirrors
// insert_mounted_client, delete_mounted_client and the reads that server.c makes of the tree. All
// read the dirty super under mounted_clients_mutex, so they see what a commit that is not yet
// written has changed.

import type { Errno } from "../core/index.ts";
import { done, fail, program, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { greetingFlags } from "./messages.ts";
import type { MountedClient, ServerCalls } from "./types.ts";

type Item = { readonly item: MountedClient } | { readonly error: Errno };

/** The first item at or after a rid; ENOENT when there is none. */
export function nextMountedClient({ server }: Mount, from: number): Item {
  if (server.btreeError !== undefined) return { error: server.btreeError };
  const item = server.dirtySuper.mountedClients.find(({ rid }) => rid >= from);
  return item === undefined ? { error: "ENOENT" } : { item };
}

export function lookupMountedClient(m: Mount, rid: Rid): Item {
  const found = nextMountedClient(m, rid);
  return "item" in found && found.item.rid !== rid ? { error: "ENOENT" } : found;
}

/** It has an item, or one that cannot be read just now: an error says nothing of the mount. */
export function mayBeMounted(m: Mount, rid: Rid): boolean {
  const found = lookupMountedClient(m, rid);
  return "item" in found || found.error !== "ENOENT";
}

/** The item that is there stays as it is: an earlier server may have inserted it. */
export const insertMountedClient = program<Scoutfs>()({
  name: "insert_mounted_client",
  source: "server.c:insert_mounted_client",
  reads: "dirty",
  start: "enter",
  locals: ({ greeting, address }: ServerCalls["insert_mounted_client"]) => ({ greeting, address }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      const { rid } = l.greeting;
      out.emit({ kind: "insert_mounted_client", rid, gr_flags: greetingFlags(l.greeting) });
      return { lock: "server.mounted_clients_mutex", then: "insert" };
    },
    insert(l, m, out) {
      const { rid, quorum } = l.greeting;
      const { dirtySuper, btreeError } = m.server;
      out.unlock("server.mounted_clients_mutex");
      if (btreeError !== undefined) return fail(btreeError);
      out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      const isThere = "item" in lookupMountedClient(m, rid);
      if (isThere) out.note("a greeting finds its mounted_clients item");
      else {
        dirtySuper.mountedClients.push({ rid, address: l.address, quorum });
        dirtySuper.mountedClients.sort((a, b) => a.rid - b.rid);
      }
      return done();
    },
  },
});

export const deleteMountedClient = program<Scoutfs>()({
  name: "delete_mounted_client",
  source: "server.c:delete_mounted_client",
  reads: "dirty",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.mounted_clients_mutex", then: "delete" }),
    /** An earlier server may have deleted it. */
    delete(l, m, out) {
      const { dirtySuper } = m.server;
      const found = lookupMountedClient(m, l.rid);
      if ("item" in found) {
        dirtySuper.mountedClients = dirtySuper.mountedClients.filter(({ rid }) => rid !== l.rid);
        out.api.serverDirtyBlocks(m, out, BLOCKS_PER_CHANGE);
      }
      out.unlock("server.mounted_clients_mutex");
      return "item" in found || found.error === "ENOENT" ? done() : fail(found.error);
    },
  },
});
