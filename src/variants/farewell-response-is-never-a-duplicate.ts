// A client that has said farewell comes back for the response, to a server that has sent it and has
// let its connection go. The new connection counts its messages from the start, and the client,
// which knows that server's term, still has the seq of the last one that it got from it: so the
// response was one that had come before. Here a farewell's response is handled whatever its seq
// is. One that does come twice finds no request any more. And what is acknowledged frees only what
// this connection has sent: the client's old seq acknowledged the response before it was.

import { connOf } from "../net/connections.ts";
import { freeAckedOf } from "../net/messages.ts";
import { netRecvWorker } from "../net/receive.ts";
import { emitMessage } from "../net/records.ts";
import type { Variant } from "./types.ts";

type Locals = Parameters<typeof netRecvWorker.steps.next>[0];

export const farewellResponseIsNeverADuplicate: Variant = {
  id: "farewell-response-is-never-a-duplicate",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["LIVE"],
  says: "the response to a farewell that is said again is not dropped as one that came before",
  steps: {
    scoutfs_net_recv_worker: {
      acknowledge(l: Locals, m, out) {
        const sent = connOf(m, l.conn).resendQueue;
        freeAckedOf(m, out, l.conn, sent, l.batch[l.at]?.recvSeq ?? 0);
        return "dispatch";
      },
      next(l: Locals, m, out, ret) {
        const message = l.batch[l.at];
        const isFarewell = message?.cmd === "FAREWELL" && message.response;
        if (!isFarewell || message.seq > connOf(m, l.conn).recvSeq) {
          return netRecvWorker.steps.next(l, m, out, ret);
        }
        emitMessage(m, out, { kind: "net_recv_message", conn: l.conn, message });
        return "dispatch";
      },
    },
  },
};
