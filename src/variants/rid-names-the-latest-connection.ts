// A message that is sent by rid went to the first connection that has it. Of a client that has come
// back that is the old one, until it is destroyed, or for as long as it waits when the client came
// back as a new one: what was sent meanwhile was lost with it. Here the latest greeting counts, and
// a connection that takes over another one has the rid from that moment on. What had been sent
// before a client came back as a new one waits on the old connection, which nobody comes back to:
// the new one takes these messages, and goes on with their numbers.

import { acceptedOf, connOf, NO_RID, shutdownConn } from "../net/connections.ts";
import { netServerGreeting } from "../net/greeting.ts";
import { submitSend } from "../net/send.ts";
import type { ConnHandle, NetMount, ServerGreeting, SubmitArgs } from "../net/types.ts";
import type { Variant } from "./types.ts";

type Locals = ServerGreeting & { reconn: ConnHandle | undefined };

/** Of a client whose state no walk has found: it says that it comes for the first time. */
function earlierOf(l: Locals, m: NetMount): ConnHandle | undefined {
  const { listening } = connOf(m, l.conn);
  if (listening === undefined || l.reconn !== undefined) return undefined;
  return acceptedOf(m, listening, l.rid).findLast((h) => {
    const { greetingId, flags } = connOf(m, h);
    return greetingId < l.greetingId && !flags.reconnFreeing;
  });
}

/** The client has heard none of them: it takes nothing before the answer to its greeting. */
function takeMessages(m: NetMount, from: ConnHandle, to: ConnHandle): void {
  const old = connOf(m, from);
  const c = connOf(m, to);
  c.nextSendSeq = old.nextSendSeq;
  c.nextSendId = old.nextSendId;
  c.resendQueue.push(...old.resendQueue);
  old.resendQueue = [];
}

export const ridNamesTheLatestConnection: Variant = {
  id: "rid-names-the-latest-connection",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["NET2", "LIVE"],
  says: "what is sent to a client that has come back does not go to its old connection",
  steps: {
    submit_send: {
      queue(l: { readonly args: SubmitArgs }, m, out, ret) {
        const { args } = l;
        const latest = args.rid === NO_RID ? undefined : acceptedOf(m, args.conn, args.rid).at(-1);
        const own = latest === undefined ? args : { ...args, conn: { ...latest }, rid: NO_RID };
        return submitSend.steps.queue({ args: own }, m, out, ret);
      },
    },
    scoutfs_net_server_greeting: {
      migrate(l: Locals, m, out, ret) {
        const c = connOf(m, l.conn);
        c.rid = l.rid;
        c.greetingId = l.greetingId;
        return netServerGreeting.steps.migrate(l, m, out, ret);
      },
      /** As `walk` does: an earlier connection that is in use still is waited for. */
      greet(l: Locals, m, out, ret) {
        const earlier = earlierOf(l, m);
        if (earlier === undefined) return netServerGreeting.steps.greet(l, m, out, ret);
        if (!connOf(m, earlier).flags.reconnWait) {
          shutdownConn(m, out, earlier);
          return "restart";
        }
        takeMessages(m, earlier, l.conn);
        return netServerGreeting.steps.greet(l, m, out, ret);
      },
    },
  },
};
