// The answer for a lock that a mount no longer has must go through, by an assertion; during a
// forced unmount nothing does. The invalidate worker has borne that since invalidations were
// first met by a forced unmount; here the request does too.

import { assert, done } from "../core/index.ts";
import type { Variant } from "./types.ts";

export const invalidateRequestBearsForcedUnmount: Variant = {
  id: "invalidate-request-bears-forced-unmount",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["CRASH"],
  says: "a request for a lock that is gone bears that its answer cannot be sent",
  steps: {
    scoutfs_lock_invalidate_request: {
      responded(_l, _m, _out, { error }) {
        const bears = error === undefined || error === "ENOLINK" || error === "ENOTCONN";
        assert(bears, `the response for a lock that is gone to be sent, not ${error}`);
        return done();
      },
    },
  },
};
