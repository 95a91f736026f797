// A client that never heard the answer to its greeting comes back as a new one, and its first
// connection goes on waiting beside the second. When it came back once more it was given the state
// of the first that was found, which is the older one: the count of received messages in it is too
// low, and requests were handled a second time. Here it takes over the latest. And a greeting that
// has waited for an old connection to end, and finds that a later one has the rid, takes none: its
// socket is one that the client has given up, and what came by it came again.

import { acceptedOf, connOf, shutdownConn } from "../net/connections.ts";
import { netServerGreeting } from "../net/greeting.ts";
import type { ConnHandle, NetMount, ServerGreeting } from "../net/types.ts";
import type { Variant } from "./types.ts";

type Locals = ServerGreeting & { reconn: ConnHandle | undefined };

/** Those of its client that nobody has taken over yet. */
function ownedBy(l: Locals, m: NetMount): ConnHandle[] {
  const { listening } = connOf(m, l.conn);
  const all = listening === undefined ? [] : acceptedOf(m, listening, l.rid);
  return all.filter((h) => !connOf(m, h).flags.reconnFreeing);
}

export const latestConnectionIsTakenOver: Variant = {
  id: "latest-connection-is-taken-over",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET1", "NET2", "FWL1"],
  says: "a client that comes back gets the state of the latest connection that it had",
  steps: {
    scoutfs_net_server_greeting: {
      walk(l: Locals, m, out, ret) {
        const latest = l.reconnecting ? ownedBy(l, m).at(-1) : undefined;
        if (latest === undefined) return netServerGreeting.steps.walk(l, m, out, ret);
        const { flags, greetingId } = connOf(m, latest);
        if (greetingId >= l.greetingId) return "drop";
        if (!flags.reconnWait) {
          shutdownConn(m, out, latest);
          return "restart";
        }
        flags.reconnFreeing = true;
        l.reconn = latest;
        return "migrate";
      },
    },
  },
};
