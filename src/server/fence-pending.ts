// Whoever has not recovered when the timer fires is fenced, even one that recovers meanwhile.
// Mirrors fence_pending_recov_worker and lookup_mounted_client_addr of server.c. The list is asked
// again after each, without a lock over the whole: a client whose item has just been reclaimed but
// which is pending still has no address here, and that stops the server.

import { type Address, done, fail, program, type Rid } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";
import { RECOV_ALL } from "../recov/api.ts";
import { lookupMountedClient } from "./mounted-clients.ts";
import type { OfServer } from "./types.ts";

export const lookupMountedClientAddr = program<Scoutfs>()({
  name: "lookup_mounted_client_addr",
  source: "server.c:lookup_mounted_client_addr",
  reads: "dirty",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.mounted_clients_mutex", then: "lookup" }),
    lookup(l, m, out) {
      const found = lookupMountedClient(m, l.rid);
      out.unlock("server.mounted_clients_mutex");
      return "item" in found ? done({ value: found.item.address }) : fail(found.error);
    },
  },
});

export const fencePendingRecovWorker = program<Scoutfs>()({
  name: "fence_pending_recov_worker",
  source: "server.c:fence_pending_recov_worker",
  reads: "dirty",
  start: "next",
  locals: (_a: OfServer) => ({ rid: 0 as Rid }),
  waits: {},
  steps: {
    next(l, m, out) {
      const rid = out.api.recovNextPending(m, l.rid, RECOV_ALL);
      if (rid === undefined) return done();
      l.rid = rid;
      return { call: "lookup_mounted_client_addr", args: { rid }, then: "fence" };
    },
    fence(l, _m, _out, { value, error }) {
      if (error !== undefined) {
        const cause = `fence_pending_recov: address of rid ${l.rid}: ${error}`;
        return { call: "stop_server", args: { cause }, then: "stopped" };
      }
      const args = { rid: l.rid, address: value as Address, reason: "client_recovery" } as const;
      return { call: "scoutfs_fence_start", args, then: "fenced" };
    },
    fenced(l, _m, _out, { error }) {
      if (error === undefined) return "next";
      const cause = `fence_pending_recov: fence of rid ${l.rid}: ${error}`;
      return { call: "stop_server", args: { cause }, then: "stopped" };
    },
    stopped: (_l) => done(),
  },
});
