// A message that is sent by rid went to the first connection that has it. Of a client that has come
// back that is the old one, until it is destroyed, or for as long as it waits when the client came
// back as a new one: what was sent meanwhile was lost with it. Here the latest greeting counts, and
// a connection that takes over another one has the rid from that moment on.

import { connOf, NO_RID } from "../net/connections.ts";
import { netServerGreeting } from "../net/greeting.ts";
import { submitSend } from "../net/send.ts";
import type { ConnHandle, NetMount, ServerGreeting, SubmitArgs } from "../net/types.ts";
import type { Variant } from "./types.ts";

function latestOf(m: NetMount, { conn, rid }: SubmitArgs): ConnHandle | undefined {
  const all = connOf(m, conn).accepted.filter((h) => connOf(m, h).rid === rid);
  return all.sort((a, b) => connOf(m, b).greetingId - connOf(m, a).greetingId)[0];
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
        const latest = args.rid === NO_RID ? undefined : latestOf(m, args);
        const own = latest === undefined ? args : { ...args, conn: { ...latest }, rid: NO_RID };
        return submitSend.steps.queue({ args: own }, m, out, ret);
      },
    },
    scoutfs_net_server_greeting: {
      migrate(l: ServerGreeting & { reconn: ConnHandle | undefined }, m, out, ret) {
        const c = connOf(m, l.conn);
        c.rid = l.rid;
        c.greetingId = l.greetingId;
        return netServerGreeting.steps.migrate(l, m, out, ret);
      },
    },
  },
};
