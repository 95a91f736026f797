// The quorum blocks: each slot's record on the shared device of what its mount has done in which
// term. A change reads the block, replaces one event and writes it, with nothing but the slot's
// single worker to keep others out. Mirrors read_quorum_block, set_quorum_block_event,
// update_quorum_block and read_greatest_term of quorum.c. Left out: checksum, magic and block
// number, which a block of the model cannot have wrong.

import type { Errno, Out, Rid, Us } from "../core/index.ts";
import { done, fail, program, us } from "../core/index.ts";
import { infoOf, nextSlot, quorumBlockName } from "./config.ts";
import type {
  QuorumBlock,
  QuorumBlockEvent,
  QuorumBlocks,
  QuorumCalls,
  QuorumEvent,
  QuorumProtocol,
} from "./types.ts";

const EVENTS: readonly QuorumEvent[] = ["BEGIN", "TERM", "ELECT", "FENCE", "STOP", "END"];
const NO_RID = 0 as Rid;
const never: QuorumBlockEvent = { writeNr: 0, rid: NO_RID, term: 0, ts: us(0) };

/** As mkfs leaves it; a block that nobody has written reads like this. */
export const emptyQuorumBlock: QuorumBlock = {
  kind: "quorum",
  writeNr: 0,
  events: { BEGIN: never, TERM: never, ELECT: never, FENCE: never, STOP: never, END: never },
};

/** `set_quorum_block_event`. */
function withEvent(
  block: QuorumBlock,
  event: QuorumEvent,
  what: { readonly rid: Rid; readonly term: number; readonly ts: Us },
): QuorumBlock {
  const writeNr = block.writeNr + 1;
  return { ...block, writeNr, events: { ...block.events, [event]: { writeNr, ...what } } };
}

/** Nothing tells a block that the reader's own slot shares with another mount from its own, but
 *  for the rid in BEGIN: `checkRid` compares it. */
export const readQuorumBlock = program<QuorumProtocol>()({
  name: "read_quorum_block",
  source: "quorum.c:read_quorum_block",
  reads: "device",
  start: "read",
  locals: (args: QuorumCalls["read_quorum_block"]) => args,
  waits: {},
  steps: {
    read(l, m) {
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: quorumBlockName(l.slot) }, then: "verify" };
    },
    verify(l, m, out, ret) {
      if (ret.error !== undefined) return fail(ret.error);
      const block = (ret.value as QuorumBlocks | undefined) ?? emptyQuorumBlock;
      if (block.kind !== "quorum") return fail("EIO");
      if (l.checkRid && block.events.BEGIN.rid !== m.super.rid) {
        out.note("quorum block begun by another rid: two mounts in one slot");
        return fail("EIO");
      }
      return done({ value: block });
    },
  },
});

function finishUpdate(
  l: QuorumCalls["update_quorum_block"],
  out: Out<QuorumProtocol>,
  error: Errno | undefined,
) {
  out.emit({
    kind: "quorum_block_event_ret",
    event: l.event,
    term: l.term,
    ret: error ?? 0,
  });
  return done(error === undefined ? {} : { error });
}

export const updateQuorumBlock = program<QuorumProtocol>()({
  name: "update_quorum_block",
  source: "quorum.c:update_quorum_block",
  reads: "device",
  start: "read",
  locals: (args: QuorumCalls["update_quorum_block"]) => args,
  waits: {},
  steps: {
    read(l, m, out) {
      const { event, term, checkRid } = l;
      out.emit({ kind: "quorum_block_event", event, term, check_rid: checkRid ? 1 : 0 });
      const args = { slot: infoOf(m).slot, checkRid };
      return { call: "read_quorum_block", args, then: "write" };
    },
    write(l, m, out, ret) {
      if (ret.error !== undefined) return finishUpdate(l, out, ret.error);
      const { slot } = infoOf(m);
      const what = { rid: m.super.rid, term: l.term, ts: out.now };
      const content = withEvent(ret.value as QuorumBlock, l.event, what);
      if (m.super.forcingUnmount) return finishUpdate(l, out, "ENOLINK");
      return { io: { op: "write", block: quorumBlockName(slot), content }, then: "written" };
    },
    written: (l, _m, out, ret) => finishUpdate(l, out, ret.error),
  },
});

/** A block that cannot be read does not count: the best effort is enough, for a term that is too
 *  small is put right by the first message. */
export const readGreatestTerm = program<QuorumProtocol>()({
  name: "read_greatest_term",
  source: "quorum.c:read_greatest_term",
  reads: "device",
  start: "read",
  locals: (_args: object) => ({ slot: 0, term: 0 }),
  waits: {},
  steps: {
    read(l, m) {
      const slot = nextSlot(infoOf(m).config, l.slot);
      if (slot === undefined) return done({ value: l.term });
      l.slot = slot + 1;
      return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "compare" };
    },
    compare(l, _m, _out, ret) {
      if (ret.error !== undefined) return "read";
      const { events } = ret.value as QuorumBlock;
      for (const event of EVENTS) {
        const { rid, term } = events[event];
        if (rid !== NO_RID && term > l.term) l.term = term;
      }
      return "read";
    },
  },
});
