// A mount begins with the greatest term of all quorum blocks. One that was cut off, or only its
// slot's last mount, may have stored far more terms there than the others know of. The heartbeats
// of the leader are of an older term then, which counts as no message: a heartbeat timeout later
// the newcomer campaigns, and a healthy leader steps down. Here a follower that has met no message
// of its own term or a newer one bears a leader of an older term, if the blocks tell of no later
// one: it votes and stores nothing for it, but puts off its own candidacy. A later one has died,
// and clients ask for it and not for the leader: there the candidacy is needed.

import type { Out } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { infoOf, slotAddress } from "../quorum/config.ts";
import { recvMsg } from "../quorum/datagrams.ts";
import { heartbeatTimeout } from "../quorum/roles.ts";
import type { QuorumInfo, QuorumMessage, QuorumStatus } from "../quorum/types.ts";
import { quorumWorker } from "../quorum/worker.ts";
import type { AnyStep, Variant } from "./types.ts";

/** What was received last. */
type Info = QuorumInfo & { heard?: QuorumMessage | undefined };
interface Locals {
  readonly qst: QuorumStatus;
  readonly msg: QuorumMessage | undefined;
  readonly heartbeatTimeoutMs: number;
  /** A message of this term or a newer one has come. */
  met?: boolean;
  /** The slot that sent the last heartbeat of an older term, and one that is the server's by the
   *  blocks. */
  from?: number;
  bears?: number;
}

const taken = recvMsg.steps.taken as unknown as AnyStep;
const adoptTerm = quorumWorker.steps.adoptTerm as unknown as AnyStep;

function takeHeard(m: Mount): QuorumMessage | undefined {
  const info: Info = infoOf(m);
  const { heard } = info;
  info.heard = undefined;
  return heard;
}

function bear(l: Locals, out: Out<Scoutfs>): void {
  out.ignored("a heartbeat of an older term puts off the candidacy of a newcomer");
  l.qst.timeoutAt = heartbeatTimeout(out as never, l.heartbeatTimeoutMs);
}

export const returningMemberBearsTheLeader: Variant = {
  id: "returning-member-bears-the-leader",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["QRM3"],
  says: "a member that comes back with a term of its own does not make a healthy leader step down",
  steps: {
    recv_msg: {
      taken(l: { readonly message: QuorumMessage | undefined }, m, out, ret) {
        (infoOf(m) as Info).heard = l.message;
        return taken(l, m, out, ret);
      },
    },
    scoutfs_quorum_worker: {
      adoptTerm(l: Locals, m, out, ret) {
        const heard = takeHeard(m);
        if (l.msg !== undefined) l.met = true;
        const isNew = l.met !== true && l.qst.role === "follower";
        if (heard?.type !== "HEARTBEAT" || !isNew) return adoptTerm(l, m, out, ret);
        l.from = heard.from;
        if (l.bears !== l.from) {
          return { call: "scoutfs_quorum_server_sin", args: {}, then: "compareSin" };
        }
        bear(l, out);
        return adoptTerm(l, m, out, ret);
      },
      compareSin(l: Locals, m, out, { value }) {
        const { config } = infoOf(m);
        if (l.from !== undefined && value === slotAddress(config, l.from)) {
          l.bears = l.from;
          bear(l, out);
        }
        return adoptTerm(l, m, out, {});
      },
    },
  },
};
