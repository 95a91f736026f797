// A server that had reclaimed an earlier leader cleared that one's mark in the block of its slot,
// where another mount may write by then: it took that for a second mount in its slot and left
// quorum, and what it had just written there could be lost.

import { each, type Rid } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { nextSlot, quorumBlockName } from "../quorum/config.ts";
import type { QuorumBlock } from "../quorum/types.ts";
import { reclaimRid } from "../server/reclaim.ts";
import type { AnyStep, Variant } from "./types.ts";

type Step = typeof reclaimRid.steps.mountedClient;
type Locals = Parameters<Step>[0] & { slot?: number };

const wasLeader = (m: Mount, wanted: Rid): boolean =>
  [...each(m.fence.fences)].some(
    ([, { rid, reason }]) => rid === wanted && reason === "quorum_block_leader",
  );

export const serverWritesOtherSlotsBlocks: Variant = {
  id: "server-writes-other-slots-blocks",
  kind: "regression",
  commit: "38a4a56741",
  area: "quorum.c",
  promises: ["QRM5"],
  says: "a server that has fenced earlier leaders clears their marks in the blocks of their slots",
  steps: {
    reclaim_rid: {
      mountedClient(l: Locals, m, out, ret) {
        if (ret.error !== undefined || !wasLeader(m, l.rid)) {
          return reclaimRid.steps.mountedClient(l, m, out, ret);
        }
        l.slot = 0;
        return "readSlot";
      },
      readSlot(l: Locals, m, out) {
        const { config } = m.server;
        const slot = config === undefined ? undefined : nextSlot(config, l.slot ?? 0);
        if (slot === undefined) return reclaimRid.steps.mountedClient(l, m, out, {});
        l.slot = slot + 1;
        if (slot === m.options.quorumSlotNr) return "readSlot";
        return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "clearLeader" };
      },
      clearLeader(l: Locals, m, out, { value, error }) {
        if (error !== undefined) return reclaimRid.steps.mountedClient(l, m, out, { error });
        const block = value as QuorumBlock;
        const { rid, term } = block.events.ELECT;
        if (rid !== l.rid) return "readSlot";
        if (m.super.forcingUnmount) {
          return reclaimRid.steps.mountedClient(l, m, out, { error: "ENOLINK" });
        }
        const writeNr = block.writeNr + 1;
        const STOP = { writeNr, rid: m.super.rid, term, ts: out.now };
        const content = { ...block, writeNr, events: { ...block.events, STOP } };
        const name = quorumBlockName((l.slot ?? 0) - 1);
        return { io: { op: "write", block: name, content }, then: "leaderCleared" };
      },
      leaderCleared: reclaimRid.steps.mountedClient as AnyStep,
    },
  },
};
