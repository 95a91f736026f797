// Messages wait in the socket of a member that stands still, and it worked through them one by
// one: each vote request of a newer term was stored in its block and answered, long after its
// candidate had given up. A member that was away for as long as a fault lasts was of no use to
// those who need its vote until it had caught up. What is of an older term than its own it passes
// over, one a turn, and campaigns beside it, deaf for as long. Here whoever hears of a newer term
// or of an older one takes out all that waits with it, and keeps what is of the newest; the rest
// is as lost.

import { done, type Out } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { infoOf } from "../quorum/config.ts";
import { recvMsg } from "../quorum/datagrams.ts";
import type { QuorumInfo, QuorumMessage, QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import type { AnyStep, Variant } from "./types.ts";

/** What was taken out and not heard yet. */
type Info = QuorumInfo & { waiting?: QuorumMessage[] };

const enter = recvMsg.steps.enter as unknown as AnyStep;
const received = quorumWorker.steps.received as unknown as AnyStep;

function tell(out: Out<Scoutfs>, { term, type, from: slot }: QuorumMessage): void {
  out.emit({ kind: "quorum_recv_message", term, type, slot });
}

/** The first message of the newest term that there is. */
function newest(m: Mount, out: Out<Scoutfs>, heard: QuorumMessage): QuorumMessage {
  const info: Info = infoOf(m);
  const { socket, config, waiting = [] } = info;
  const all = [heard, ...waiting];
  for (;;) {
    const next = socket === undefined ? undefined : out.receiveDatagram(socket)?.body;
    if (next === undefined) break;
    if (config.slots[next.from] !== undefined) all.push(next);
  }
  const term = Math.max(...all.map((message) => message.term));
  const [first = heard, ...others] = all.filter((message) => message.term === term);
  info.waiting = others;
  if (first !== heard) {
    out.ignored("a message of an older term than one that waits behind it");
    tell(out, first);
  }
  return first;
}

export const newestTermIsHeardFirst: Variant = {
  id: "newest-term-is-heard-first",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["QRM4"],
  says: "a member that has stood still answers none of the vote requests that are out of date",
  steps: {
    recv_msg: {
      enter(l, m, out, ret) {
        const message = (infoOf(m) as Info).waiting?.shift();
        if (message === undefined || m.super.forcingUnmount) return enter(l, m, out, ret);
        tell(out, message);
        return done({ value: message });
      },
    },
    scoutfs_quorum_worker: {
      received(l: { readonly qst: QuorumStatus }, m, out, ret) {
        const heard = ret.error === undefined ? (ret.value as QuorumMessage) : undefined;
        const isOfOurs = heard === undefined || heard.term === l.qst.term;
        if (isOfOurs || m.super.forcingUnmount) return received(l, m, out, ret);
        return received(l, m, out, { value: newest(m, out, heard) });
      },
    },
  },
};
