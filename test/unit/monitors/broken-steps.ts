// Steps that break a promise, for the table in all.test.ts: each does what a program of the model
// must not do.

import { each } from "../../../src/core/index.ts";
import { updateQuorumBlock } from "../../../src/quorum/blocks.ts";
import { slotAddress } from "../../../src/quorum/config.ts";
import { recovBegin } from "../../../src/recov/timer.ts";
import type { AnyStep } from "../../../src/variants/types.ts";

const mainBegin = recovBegin.steps as unknown as Readonly<Record<string, AnyStep>>;
const mainUpdate = updateQuorumBlock.steps as unknown as Readonly<Record<string, AnyStep>>;

/** A write of the block of the next slot. */
export const wrongSlot: AnyStep = (l, m, out, ret) => {
  const next = mainUpdate.write?.(l, m, out, ret);
  if (typeof next !== "object" || !("io" in next)) return next as never;
  return { ...next, io: { ...next.io, block: "quorum.9" } };
};
/** Reclaims the first that is asked for, whether it is fenced or not. */
export const hasty: AnyStep = (l, m) => {
  const [first] = [...each(m.fence.fences)];
  if (first === undefined) {
    l.error = "ENOENT";
    return "requeue";
  }
  l.rid = first[1].rid;
  return { call: "reclaim_rid", args: { rid: l.rid }, then: "reclaimed" };
};
export const careless: AnyStep = (l, m, out) => {
  const answered = out.api.fenceNext(m, out);
  l.rid = answered?.rid ?? 0;
  l.error = answered === undefined ? "ENOENT" : undefined;
  return answered === undefined ? "requeue" : "freeFence";
};
export const votesForAll: AnyStep = (l) =>
  l.msg?.type === "REQUEST_VOTE" && l.msg.term === l.qst.term
    ? {
        call: "send_msg_members",
        args: { type: "VOTE", term: l.msg.term, only: l.msg.from },
        then: "loop",
      }
    : "loop";
export const onceOnly: AnyStep = (l, _m, out) => {
  if (l.msg?.type !== "HEARTBEAT" || l.extended) return "checkTimeout";
  l.extended = true;
  l.qst.timeoutAt = out.now + 1_900_000;
  return "checkTimeout";
};
export const stopsFor =
  (cause: string): AnyStep =>
  (_l) => ({
    call: "stop_server",
    args: { cause },
    then: "shutdown",
  });
export const fencesMember: AnyStep = (l) => {
  const event = { rid: 103, term: l.term, writeNr: 1, ts: 0 };
  l.old = [{ event, address: slotAddress(l.config, 2) }];
  return "fence";
};
export const strangersRid: AnyStep = (l) => {
  const next = l.old.shift();
  if (next === undefined) return "waitFenced";
  const args = { rid: next.event.rid + 50, address: next.address, reason: "quorum_block_leader" };
  return { call: "scoutfs_fence_start", args, then: "started" } as never;
};
export const neverArmed: AnyStep = (l, m, out, ret) => {
  mainBegin.arm?.(l, m, out, ret);
  out.disarmTimer("recov_timer_callback");
  return { done: { value: false } };
};
export const finishedAtOnce: AnyStep = (l, m, out, ret) => {
  mainBegin.arm?.(l, m, out, ret);
  return { done: { value: true } };
};
/** The work is there, and nobody queues it. */
export const asksNever: AnyStep = (_l, m, out) => {
  m.srch.setUp = true;
  out.createQueue("srch.wq", 1);
  return { done: {} };
};
/** As `lock_safe` does, and goes on. */
export const warns: AnyStep = (_l, _m, out) => {
  out.note("WARN a lock does not protect what is done under it");
  return "find";
};
