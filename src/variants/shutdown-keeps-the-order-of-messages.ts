// What is submitted while a connection shuts down goes to the messages that are sent again, and
// what was queued before it or is just being sent comes there later. The receiver drops what has
// not a greater seq than the last, and so lost the earlier one for good. Here the shutdown puts
// them in the order of their seqs.

import { connOf } from "../net/connections.ts";
import { spliceToResend } from "../net/messages.ts";
import { netShutdownWorker } from "../net/shutdown.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly conn: ConnHandle;
}

export const shutdownKeepsTheOrderOfMessages: Variant = {
  id: "shutdown-keeps-the-order-of-messages",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET2", "LIVE"],
  says: "a message that is submitted while its connection shuts down does not overtake others",
  steps: {
    scoutfs_net_shutdown_worker: {
      settle(l: Locals, m, out, ret) {
        const c = connOf(m, l.conn);
        spliceToResend(c);
        c.resendQueue.sort((a, b) => a.seq - b.seq);
        return netShutdownWorker.steps.settle(l, m, out, ret);
      },
    },
  },
};
