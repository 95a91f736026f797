// The item of a client is deleted before its recovery is finished. A recovery timeout between
// the two found no address and stopped a healthy server. Here there is nobody to fence then.

import type { Address } from "../core/index.ts";
import type { Variant } from "./types.ts";

const reason = "client_recovery";

export const recoveryTimeoutBearsAReclaimedClient: Variant = {
  id: "recovery-timeout-bears-a-reclaimed-client",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["SRV2"],
  says: "a client that was reclaimed right before the recovery timeout is passed over",
  steps: {
    fence_pending_recov_worker: {
      fence(l, _m, _out, { value, error }) {
        if (error === "ENOENT") return "next";
        if (error !== undefined) {
          const cause = `fence_pending_recov: address of rid ${l.rid}: ${error}`;
          return { call: "stop_server", args: { cause }, then: "stopped" };
        }
        const args = { rid: l.rid, address: value as Address, reason } as const;
        return { call: "scoutfs_fence_start", args, then: "fenced" };
      },
    },
  },
};
