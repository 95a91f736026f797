// A client that never heard the answer to its greeting comes back as a new one, and its first
// connection goes on waiting beside the second. When it came back once more it was given the state
// of the first that was found, which is the older one: the count of received messages in it is too
// low, and requests were handled a second time. Here it takes over the latest.

import { connOf, shutdownConn } from "../net/connections.ts";
import { netServerGreeting } from "../net/greeting.ts";
import type { ConnHandle, NetMount, ServerGreeting } from "../net/types.ts";
import type { Variant } from "./types.ts";

type Locals = ServerGreeting & { reconn: ConnHandle | undefined };

function latestOf(l: Locals, m: NetMount): ConnHandle | undefined {
  const { listening } = connOf(m, l.conn);
  const all = listening === undefined ? [] : connOf(m, listening).accepted;
  const earlier = all.filter((h) => {
    const { rid, greetingId, flags } = connOf(m, h);
    return rid === l.rid && greetingId < l.greetingId && !flags.reconnFreeing;
  });
  return earlier.sort((a, b) => connOf(m, b).greetingId - connOf(m, a).greetingId)[0];
}

export const latestConnectionIsTakenOver: Variant = {
  id: "latest-connection-is-taken-over",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET1", "NET2"],
  says: "a client that comes back gets the state of the latest connection that it had",
  steps: {
    scoutfs_net_server_greeting: {
      walk(l: Locals, m, out, ret) {
        const latest = l.reconnecting ? latestOf(l, m) : undefined;
        if (latest === undefined) return netServerGreeting.steps.walk(l, m, out, ret);
        const { flags } = connOf(m, latest);
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
