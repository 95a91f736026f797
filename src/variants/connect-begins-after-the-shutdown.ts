// A connect that is asked for while its connection shuts down queues its work into a queue that may
// be draining. That refuses it, with a warning, and leaves it pending and queued nowhere: no later
// connect can queue it, and each waits for an attempt that nobody makes. Queued just after the
// drain it may make a socket that the shutdown then releases under it. Here the flag, and the
// address that a shutdown takes away, are looked at where the work is queued, in one region with
// that. The caller is told what it would have been told, and comes again.

import { netConnect } from "../net/connect.ts";
import { connOf } from "../net/connections.ts";
import type { ConnHandle } from "../net/types.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof netConnect.steps.queue>[0] & { readonly conn: ConnHandle };

export const connectBeginsAfterTheShutdown: Variant = {
  id: "connect-begins-after-the-shutdown",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["WRN1", "CRASH", "LIVE"],
  says: "while a connection shuts down no connect of it begins",
  steps: {
    scoutfs_net_connect: {
      queue(l: Locals, m, out, ret) {
        const { flags, connectTo } = connOf(m, l.conn);
        if (!flags.shuttingDown && connectTo !== undefined) {
          return netConnect.steps.queue(l, m, out, ret);
        }
        out.ignored("the connection shuts down, no connect begins");
        l.ret = "ESHUTDOWN";
        return "leave";
      },
    },
  },
};
