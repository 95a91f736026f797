// A small recording by hand: what a twin says when a mount does what the model cannot.

import { describe, expect, it } from "vitest";
import type { TraceEntry } from "../../../../sim/engine/trace/trace.ts";
import { explain } from "../../../../sim/real/twin/explain.ts";
import { followAny, twinsOf } from "../../../../sim/real/twin/run.ts";
import type { Recording } from "../../../../sim/real/types.ts";

const ms = 1000;
const one = (at: number, kind: string, data: object) => ({ at, kind, data });

/** The only member of a quorum of one slot starts and is elected. */
const alone = [
  one(99 * ms, "conn_alloc", {
    ...{ flags: "", conn_rid: 0, greeting_id: 0, accepted: false },
    ...{ next_send_seq: 1, next_send_id: 1, recv_seq: 0 },
  }),
  one(100 * ms, "quorum_block_event", { event: "BEGIN", term: 0, check_rid: 0 }),
  one(101 * ms, "quorum_block_event_ret", { event: "BEGIN", term: 0, ret: 0 }),
  one(365 * ms, "quorum_loop", {
    ...{ term: 0, role: "follower", vote_for: -1, vote_bits: 0 },
    timeout: 360 * ms,
  }),
  one(366 * ms, "quorum_send_message", { term: 1, type: "REQUEST_VOTE", slot: -1 }),
  one(367 * ms, "quorum_block_event", { event: "TERM", term: 1, check_rid: 1 }),
  one(368 * ms, "quorum_block_event_ret", { event: "TERM", term: 1, ret: 0 }),
  one(369 * ms, "quorum_send_message", { term: 1, type: "HEARTBEAT", slot: -1 }),
  one(370 * ms, "quorum_block_event", { event: "ELECT", term: 1, check_rid: 1 }),
  one(371 * ms, "quorum_block_event_ret", { event: "ELECT", term: 1, ret: 0 }),
  one(372 * ms, "server_start", { term: 1 }),
];

function followed(events: readonly { at: number; kind: string; data: object }[]) {
  const entries: TraceEntry[] = events.map((e, i) => {
    return { ...e, seq: i + 1, sub: 0, mount: 0, cause: 0 };
  });
  const mounts = [{ name: "m0", slot: 0 }];
  const recording = { entries, mounts, slots: 1, heartbeatTimeoutMs: 10_000 };
  const [twins = []] = twinsOf(recording as unknown as Recording);
  return explain("by hand", followAny(twins));
}

describe("a twin of a mount", () => {
  it("does what the mount did", () => {
    expect(followed(alone)).toBe("by hand: m0: the model can do all that was recorded");
  });
  it("names the first event that no program could do next, and what the model does instead", () => {
    const early = alone.filter(({ data }) => !("event" in data) || data.event !== "TERM");
    const text = followed(early);
    expect(text).toMatch(
      /^by hand:6: m0 \(slot 0\): no program could do next: quorum_send_message/,
    );
    expect(text).toContain("\n    quorum_block_event event=TERM term=1 check_rid=1\n");
    expect(text).toContain("scoutfs_quorum_worker @ candidacyStored > update_quorum_block @ read");
  });
  it("rejects a datagram that nobody sent", () => {
    const heard = one(364 * ms, "quorum_recv_message", { term: 0, type: "HEARTBEAT", slot: 0 });
    expect(followed([...alone.slice(0, 3), heard])).toContain("none of the others sent it");
  });
  it("rejects an election timeout that the C does not draw", () => {
    const late = alone.map((e) =>
      e.kind === "quorum_loop" ? { ...e, at: 460 * ms, data: { ...e.data, timeout: 455 * ms } } : e,
    );
    expect(followed(late.slice(0, 4))).toMatch(/^by hand:4: .*quorum_loop .*timeout=455000/);
  });
});
