// A new server makes sure that no earlier one still writes: it reads every slot's block and has
// each leader fenced whose ELECT no STOP has followed, unless a later leader has recorded that it
// did so. It waits for the fencing only; the reclaim comes when it is up, and its quorum worker
// sends heartbeats meanwhile. Mirrors scoutfs_quorum_fence_leaders of quorum.c.

import type { Address, Errno } from "../core/index.ts";
import { done, ms, program } from "../core/index.ts";
import { nextSlot, slotAddress } from "./config.ts";
import { SCOUTFS_QUORUM_FENCE_TO_MS } from "./timing.ts";
import type {
  QuorumBlock,
  QuorumBlockEvent,
  QuorumCalls,
  QuorumProtocol,
  QuorumRules,
} from "./types.ts";

interface Old {
  readonly event: QuorumBlockEvent;
  readonly address: Address;
}

/** At most two of a slot: the mount that leads there, and one before it that was never fenced. */
export function oldLeaders(
  block: QuorumBlock,
  address: Address,
  { mayStillLead }: QuorumRules,
): Old[] {
  const { ELECT, FENCE, STOP } = block.events;
  const old: Old[] = [];
  if (mayStillLead(ELECT, STOP)) old.push({ event: ELECT, address });
  if (mayStillLead(FENCE, STOP) && FENCE.term < ELECT.term) old.push({ event: FENCE, address });
  return old;
}

export const fenceLeaders = program<QuorumProtocol>()({
  name: "scoutfs_quorum_fence_leaders",
  source: "quorum.c:scoutfs_quorum_fence_leaders",
  reads: "device",
  start: "enter",
  locals: (args: QuorumCalls["scoutfs_quorum_fence_leaders"]) => ({
    ...args,
    slot: 0,
    old: [] as Old[],
    /** The greatest term whose leader has fenced all before it. */
    fenced: 0,
    error: undefined as Errno | undefined,
  }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      out.emit({ kind: "fence_leaders", term: l.term });
      return "read";
    },
    read(l) {
      const slot = nextSlot(l.config, l.slot);
      if (slot === undefined) return "choose";
      l.slot = slot;
      return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "collect" };
    },
    collect(l, _m, out, ret) {
      if (ret.error !== undefined) {
        l.error = ret.error;
        return "waitFenced";
      }
      const block = ret.value as QuorumBlock;
      l.old.push(...oldLeaders(block, slotAddress(l.config, l.slot), out.rules));
      l.fenced = Math.max(l.fenced, block.events.FENCE.term);
      l.slot++;
      return "read";
    },
    choose(l, m, out) {
      const found = l.old.length;
      l.old = l.old.filter(({ event: { term, rid } }) => {
        return term !== 0 && term >= l.fenced && term <= l.term && rid !== m.super.rid;
      });
      if (l.old.length < found) out.ignored("a leader fenced before, newer, or this mount itself");
      return "fence";
    },
    fence(l) {
      const next = l.old.shift();
      if (next === undefined) return "waitFenced";
      const { event, address } = next;
      const args = { rid: event.rid, address, reason: "quorum_block_leader" } as const;
      return { call: "scoutfs_fence_start", args, then: "started" };
    },
    started(l, _m, _out, ret) {
      l.error = ret.error;
      return l.error === undefined ? "fence" : "waitFenced";
    },
    /** Also after an error, and when nothing is to be fenced: then there is nothing to wait for. */
    waitFenced: (_l) => ({
      call: "scoutfs_fence_wait_fenced",
      args: { timeout: ms(SCOUTFS_QUORUM_FENCE_TO_MS) },
      then: "waited",
    }),
    waited(l, _m, out, ret) {
      const error = l.error ?? ret.error;
      out.emit({ kind: "fence_leaders_ret", term: l.term, ret: error ?? 0 });
      return done(error === undefined ? {} : { error });
    },
  },
});
