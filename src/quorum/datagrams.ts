// The messages of quorum workers, which may be lost: no answer is ever owed for long. Mirrors
// send_msg_members and recv_msg of quorum.c. A mount that is unmounted by force is silent and
// deaf from the moment of its flag, but for the datagram whose send had begun. Left out: file
// system id and checksum, for nobody else sends to these sockets; who sent when, which is for show.

import { assert, done, fail, program, us } from "../core/index.ts";
import { infoOf, nextSlot, slotAddress } from "./config.ts";
import { LOOK_COST, SHORTEST_WAIT } from "./timing.ts";
import type { QuorumCalls, QuorumMessage, QuorumProtocol } from "./types.ts";

export const sendMsgMembers = program<QuorumProtocol>()({
  name: "send_msg_members",
  source: "quorum.c:send_msg_members",
  start: "trace",
  locals: (args: QuorumCalls["send_msg_members"]) => ({ ...args, next: 0, failed: 0 }),
  waits: {},
  steps: {
    trace(l, _m, out) {
      out.emit({ kind: "quorum_send_message", term: l.term, type: l.type, slot: l.only ?? -1 });
      return "send";
    },
    /** A step for each destination: sending may sleep, and between two of them the mount may be
     *  forced down. */
    send(l, m, out) {
      const { config, slot: from, socket } = infoOf(m);
      const to = nextSlot(config, l.next);
      if (to === undefined) return done({ value: l.failed });
      l.next = to + 1;
      if (to === from || (l.only !== undefined && to !== l.only)) return "send";
      if (m.super.forcingUnmount && !out.rules.sendsAfterForcedUnmount()) {
        out.ignored("nothing is sent after a forced unmount");
        return done({ value: 0 });
      }
      assert(socket !== undefined, "a socket to send from until quorum is destroyed");
      const message: QuorumMessage = { term: l.term, type: l.type, from };
      if (out.sendDatagram(socket, slotAddress(config, to), message) !== undefined) l.failed++;
      return to === l.only ? done({ value: l.failed }) : "send";
    },
  },
});

/** What recv_msg has cleared before it receives: as a message this is a vote request of term 0. */
const zeroed: QuorumMessage = { term: 0, type: "REQUEST_VOTE", from: 0 };

export const recvMsg = program<QuorumProtocol>()({
  name: "recv_msg",
  source: "quorum.c:recv_msg",
  start: "enter",
  locals: ({ untilAt }: QuorumCalls["recv_msg"]) => ({
    untilAt,
    message: undefined as QuorumMessage | undefined,
  }),
  waits: {
    datagram: {
      on: (_l, m) => ["socket", infoOf(m).socket ?? 0],
      until(l, m, out) {
        const { socket } = infoOf(m);
        assert(socket !== undefined, "a socket to receive from until quorum is destroyed");
        l.message = out.receiveDatagram(socket)?.body;
        return l.message !== undefined;
      },
      blames: () => ({ who: "the other quorum members", because: "none of them has sent" }),
    },
  },
  steps: {
    enter(l, _m, out) {
      const wait = us(l.untilAt - out.now);
      const after = wait > SHORTEST_WAIT ? wait : LOOK_COST;
      return { wait: "datagram", then: "taken", timeout: { after, then: "nothing" } };
    },
    nothing: (_l) => fail("EAGAIN"),
    /** Forced unmount does not wake the receive: it is seen when a datagram has. The caller then
     *  gets success and an empty message. */
    taken(l, m, out) {
      const { message } = l;
      if (m.super.forcingUnmount && !out.rules.receivesAfterForcedUnmount()) {
        out.ignored("nothing is received after a forced unmount");
        return done({ value: zeroed });
      }
      if (message === undefined || infoOf(m).config.slots[message.from] === undefined) {
        out.ignored("a datagram that names no quorum slot");
        return fail("EAGAIN");
      }
      const { term, type, from: slot } = message;
      out.emit({ kind: "quorum_recv_message", term, type, slot });
      return done({ value: message });
    },
  },
});
