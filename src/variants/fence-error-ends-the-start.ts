// The wait for the fences of earlier leaders ends as soon as each is answered, and gives success
// for an error too. Here an error is an error: the start fails, and the next leader asks again.

import { done, fail } from "../core/index.ts";
import type { Variant } from "./types.ts";

export const fenceErrorEndsTheStart: Variant = {
  id: "fence-error-ends-the-start",
  kind: "repair",
  commit: undefined,
  area: "fence.c",
  promises: ["SRV1", "SRV2"],
  says: "a server does not start beside a leader that the agent could not fence",
  steps: {
    scoutfs_fence_wait_fenced: {
      woken(l, _m, out) {
        out.emit({ kind: "fence.waited", result: l.error ? "error" : "fenced" });
        return l.error ? fail("EIO") : done();
      },
    },
  },
};
