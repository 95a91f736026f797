// NET4: one greeting each way on a socket.
//
// Judged where it is sent: a receiver breaks the connection before it says that a second one has
// come. A greeting goes with a new socket, so a second one on the same is the same message again.
// A connection of the model goes through many sockets as a client's, and has one as a server's; a
// recording names the socket by the client's port, which is free again once another is accepted.
//
// The record comes before the message is given to the socket (net.c:scoutfs_net_send_worker). When
// that fails, the connection is to shut down, what was collected stays queued, and a greeting that
// is let open then has it tried in vain once more. So nothing counts from there on.

import { type Fields, fieldsOf, kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Seen } from "./types.ts";

interface State {
  /** By mount, side and socket. */
  greeted: Record<string, true>;
  /** By mount and connection: it is to shut down, for its socket takes nothing any more. */
  shut: Record<string, true>;
}

const keyOf = ({ mount }: Seen, { side, conn, cport }: Fields): string =>
  `${mount} ${side} ${conn ?? cport}`;

const connOf = ({ mount }: Seen, { conn }: Fields): string => `${mount} ${conn}`;

export const net4: EntryMonitor<State> = {
  promise: "NET4",
  wants: wanted(
    ...["net_send_message", "conn_connect_complete", "conn_destroy_free", "conn_accept"],
    ...["conn_shutdown_queued", "conn_shutdown_start"],
  ),
  start: () => ({ greeted: {}, shut: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    switch (kindOf(entry)) {
      case "conn_connect_complete":
        delete s.greeted[keyOf(entry, { ...f, side: "client" })];
        delete s.shut[connOf(entry, f)];
        break;
      case "conn_shutdown_queued":
      case "conn_shutdown_start":
        if (f.conn !== undefined) s.shut[connOf(entry, f)] = true;
        break;
      case "conn_accept":
        if (f.peer === undefined) break;
        delete s.greeted[`${mount} server ${f.peer.split(":")[1]}`];
        break;
      case "conn_destroy_free":
        delete s.greeted[keyOf(entry, { ...f, side: "client" })];
        delete s.greeted[keyOf(entry, { ...f, side: "server" })];
        delete s.shut[connOf(entry, f)];
        break;
      case "net_send_message": {
        if (f.cmd !== "GREETING" || s.shut[connOf(entry, f)] === true) break;
        const key = keyOf(entry, f);
        if (s.greeted[key] === true) {
          const what = f.resp === 1 ? "the response to its greeting" : "its greeting";
          judge.violate(`sent by a ${f.side}`, `rid ${f.rid}: ${what} is sent twice on one socket`);
        }
        s.greeted[key] = true;
        break;
      }
    }
  },
};
