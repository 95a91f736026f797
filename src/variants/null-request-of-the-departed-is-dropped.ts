// What a client sends is handled by works that keep no order: its request to take a lock back may
// be handled after its farewell, which came behind it, and after the reclaim that this brought. If
// such a request had to wait, nobody had a connection any more to be answered on, and it stayed the
// first of its lock: no other was ever granted. Here a request for null that cannot be sent its
// answer is done. It has given its mode up, so nobody who is granted one has to wait for it.

import { lockOf } from "../lock-server/locks.ts";
import { processWaitingRequests } from "../lock-server/process.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof processWaitingRequests.steps.granted>[0];

export const nullRequestOfTheDepartedIsDropped: Variant = {
  id: "null-request-of-the-departed-is-dropped",
  kind: "repair",
  commit: undefined,
  area: "lock_server.c",
  promises: ["LCK2", "LIVE"],
  says: "a request to take a lock back whose client has gone does not hold up those behind it",
  steps: {
    process_waiting_requests: {
      granted(l: Locals, m, out, ret) {
        const isNull = lockOf(m, l.key).requested[0]?.mode === "null";
        if (ret.error !== "ENOTCONN" || !isNull) {
          return processWaitingRequests.steps.granted(l, m, out, ret);
        }
        out.note("a request to take a lock back is dropped, its client has gone");
        return processWaitingRequests.steps.granted(l, m, out, {});
      },
    },
  },
};
