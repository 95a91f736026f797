// QRM3 fires on terms that come from nowhere, on elections without end and on a candidate that can
// hear its leader.

import { describe, expect, it } from "vitest";
import { qrm3 } from "../../../src/monitors/qrm3.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const killed = entriesOf("d1-force-umount-leader3");
const asked = theFirst(killed, is("quorum_send_message", { type: "REQUEST_VOTE" }));

describe("QRM3", () => {
  it("fires on a candidacy that skips a term", () => {
    const found = findings(altered(killed, asked, { term: asked.f.term! + 1 }), qrm3);
    expect(found[0]).toBe(
      `line ${asked.seq}: REQUEST_VOTE: a worker of term ${asked.f.term! - 1} campaigns in term ` +
        `${asked.f.term! + 1}`,
    );
  });

  it("fires on a candidacy before the timeout that the turn shows", () => {
    const turn = [...killed]
      .reverse()
      .find((e) => e.kind === "quorum_loop" && e.mount === asked.mount && e.seq < asked.seq);
    const spoilt = altered(killed, turn!, { timeout: asked.at + 250_000 });
    expect(findings(spoilt, qrm3)).toEqual([
      `line ${asked.seq}: REQUEST_VOTE: campaigns 250 ms before its timeout`,
    ]);
  });

  it("fires on a stored term that was neither asked for nor received", () => {
    const stored = theFirst(killed, is("quorum_block_event_ret", { event: "TERM" }), asked.seq);
    const found = findings(altered(killed, stored, { term: 9 }), qrm3);
    expect(found[0]).toBe(
      `line ${stored.seq}: mount ${stored.mount}: stores term 9, which it never asked for or heard`,
    );
  });

  it("fires on a member that campaigns beside a leader that beats", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const mount = beat.mount === 0 ? 1 : 0;
    const data = { type: "REQUEST_VOTE", term: beat.f.term! + 1, slot: -1 };
    const spoilt = added(killed, beat, { kind: "quorum_send_message", mount, data });
    expect(findings(spoilt, qrm3).at(-1)).toMatch(/could hear the leader of term \d+$/);
  });

  it("bears a candidacy in a term that the leader has passed, for nobody heeds it", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const mount = beat.mount === 0 ? 1 : 0;
    const campaignIn = (term: number) => {
      const data = { type: "REQUEST_VOTE", term, slot: -1 };
      const asks = added(killed, beat, { kind: "quorum_send_message", mount, data });
      const turn = { role: "follower", term: term - 1, timeout: 0 };
      const all = added(asks, beat, { kind: "quorum_loop", mount, data: turn });
      return findings(all, qrm3).filter((text) => text.includes("campaigns in"));
    };
    expect(campaignIn(beat.f.term! + 1)[0]).toMatch(/could hear the leader of term \d+$/);
    expect(campaignIn(beat.f.term!)).toEqual([]);
  });

  it("bears one who still takes what came before that leader, a message a turn", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const mount = beat.mount === 0 ? 1 : 0;
    const term = beat.f.term!;
    const whoTook = (took: number) => {
      const data = { type: "REQUEST_VOTE", term: term + 1, slot: -1 };
      const asks = added(killed, beat, { kind: "quorum_send_message", mount, data });
      const turn = { role: "candidate", term, timeout: 0 };
      const turns = added(asks, beat, { kind: "quorum_loop", mount, data: turn });
      const message = { type: "REQUEST_VOTE", term: took };
      const all = added(turns, beat, { kind: "quorum_recv_message", mount, data: message });
      return findings(all, qrm3).filter((text) => text.includes("could hear"));
    };
    expect(whoTook(term - 1)).toEqual([]);
    expect(whoTook(term)).toHaveLength(1);
  });

  it("asks nothing of a member whose forced unmount has begun", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const mount = beat.mount === 0 ? 1 : 0;
    const data = { type: "REQUEST_VOTE", term: beat.f.term! + 1, slot: -1 };
    const asks = added(killed, beat, { kind: "quorum_send_message", mount, data });
    const forced = added(asks, beat, { kind: "umount_begin_forced", mount, data: {} });
    const heard = (all: typeof killed) => findings(all, qrm3).filter((t) => t.includes("hear the"));
    expect(heard(asks)).toHaveLength(1);
    expect(heard(forced)).toEqual([]);
  });

  it("owes nothing about that leader while its datagrams are dropped", () => {
    const real = entriesOf("g4-leader-heartbeats-dropped");
    expect(findings(real, qrm3)).toEqual([]);
    const unmarked = dropped(real, (c) => c.kind === "tracing_mark_write");
    expect(findings(unmarked, qrm3)[0]).toMatch(/could hear the leader of term \d+$/);
  });
});
