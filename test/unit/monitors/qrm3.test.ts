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

  it("bears one beside a leader after which another was elected that wrote no STOP", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const [mount, dead] = beat.mount === 0 ? [1, 7] : [0, 7];
    const term = beat.f.term! + 1;
    const asks = {
      kind: "quorum_send_message",
      mount,
      data: { type: "REQUEST_VOTE", term, slot: -1 },
    };
    const stored = (event: string, ret: 0 | "EIO" = 0) => ({
      ...{ kind: "quorum_block_event_ret", mount: dead },
      data: { event, term, ret },
    });
    const heard = (all: typeof killed) => findings(all, qrm3).filter((t) => t.includes("hear the"));
    const elected = added(added(killed, beat, asks), beat, stored("ELECT"));
    expect(heard(elected)).toEqual([]);
    const first = theFirst(elected, is("quorum_block_event_ret", { event: "ELECT", term }));
    expect(heard(added(elected, first, stored("STOP")))).toHaveLength(1);

    // its host died before the write returned
    const writes = { kind: "quorum_block_event", mount: dead, data: { event: "ELECT", term } };
    const isWritten = added(added(killed, beat, asks), beat, writes);
    expect(heard(isWritten)).toEqual([]);
    const written = theFirst(isWritten, is("quorum_block_event", { event: "ELECT", term }));
    expect(heard(added(isWritten, written, stored("ELECT", "EIO")))).toHaveLength(1);
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

  it("takes a leader that has heard of a newer term for none", () => {
    const beat = theFirst(killed, is("quorum_send_message", { type: "HEARTBEAT" }), 4000);
    const [leader, mount] = [beat.mount, beat.mount === 0 ? 1 : 0];
    const whenHeard = (term: number) => {
      const data = { type: "REQUEST_VOTE", term: beat.f.term! + 1, slot: -1 };
      const asks = added(killed, beat, { kind: "quorum_send_message", mount, data });
      const message = { type: "REQUEST_VOTE", term };
      const heard = { kind: "quorum_recv_message", mount: leader, data: message };
      return findings(added(asks, beat, heard), qrm3).filter((text) => text.includes("could hear"));
    };
    expect(whenHeard(beat.f.term! + 1)).toEqual([]);
    expect(whenHeard(beat.f.term!)).toHaveLength(1);
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

type Told = readonly [kind: string, mount: number, data: object];

const joins = (mount: number, term: number): Told[] => [
  ["quorum_block_event_ret", mount, { event: "BEGIN", ret: 0 }],
  ["quorum_loop", mount, { role: "follower", term, timeout: 0 }],
];

/** Mounts 0 and 1 campaign in turn in these terms, and nobody is elected. */
const campaigns = (from: number, to: number): Told[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i).flatMap((term): Told[] => [
    ["quorum_loop", term % 2, { role: "candidate", term: term - 1, timeout: 0 }],
    ["quorum_send_message", term % 2, { type: "REQUEST_VOTE", term, slot: -1 }],
  ]);

function judged(slots: number, members: number, then: readonly Told[]): string[] {
  const state = qrm3.start();
  const found: string[] = [];
  const all: Told[] = [["cluster", -1, { slots, heartbeatTimeoutMs: 10_000 }]];
  for (let mount = 0; mount < members; mount++) all.push(...joins(mount, 0));
  all.push(...then);
  for (const [seq, [kind, mount, data]] of all.entries()) {
    const at = 1000 * (seq + 1);
    const judge = { now: at, violate: (_place: string, text: string) => found.push(text) };
    qrm3.on({ seq, at, mount, kind, data }, state, judge);
  }
  return found;
}

describe("how many terms go by without an ELECT", () => {
  it.each([
    { slots: 3, members: 3, borne: 20 },
    { slots: 3, members: 2, borne: 30 },
    { slots: 5, members: 5, borne: 20 },
    { slots: 5, members: 4, borne: 22 },
    { slots: 5, members: 3, borne: 45 },
    { slots: 9, members: 6, borne: 37 },
  ])("depends on how many can be done without: $members of $slots slots", (of) => {
    const { slots, members, borne } = of;
    expect(judged(slots, members, campaigns(1, borne))).toEqual([]);
    expect(judged(slots, members, campaigns(1, borne + 1))).toEqual([
      `${borne + 1} terms have passed without an ELECT`,
    ]);
  });

  it("is nothing to a minority", () => {
    expect(judged(5, 2, campaigns(1, 100))).toEqual([]);
  });

  it("counts each term by the majority of its time", () => {
    const comes = [...campaigns(1, 27), ...joins(3, 27)];
    // three fifths of 45, and two fifths of 22
    expect(judged(5, 3, [...comes, ...campaigns(28, 35)])).toEqual([]);
    expect(judged(5, 3, [...comes, ...campaigns(28, 36)])).toHaveLength(1);
  });

  it("begins anew with an ELECT, and so does what is borne", () => {
    const elected: Told = ["quorum_block_event_ret", 0, { event: "ELECT", ret: 0, term: 40 }];
    const after = [...campaigns(1, 40), ...joins(3, 40), ...joins(4, 40), elected];
    expect(judged(5, 3, [...after, ...campaigns(41, 60)])).toEqual([]);
    expect(judged(5, 3, [...after, ...campaigns(41, 61)])).toHaveLength(1);
  });
});

describe("a write of its block that a fault has left under way", () => {
  const leads: Told[] = [
    ["quorum_loop", 0, { role: "leader", term: 2, timeout: 0 }],
    ...Array.from({ length: 12 }, (): Told => {
      return ["quorum_send_message", 0, { type: "HEARTBEAT", term: 2, slot: -1 }];
    }),
  ];
  const asks: Told[] = [
    ["quorum_loop", 1, { role: "candidate", term: 3, timeout: 0 }],
    ["quorum_send_message", 1, { type: "REQUEST_VOTE", term: 4, slot: -1 }],
  ];
  const loop: Told = ["quorum_loop", 1, { role: "candidate", term: 3, timeout: 0 }];
  const begins: Told = ["quorum_block_event", 1, { event: "TERM", term: 3 }];
  const ends: Told = ["quorum_block_event_ret", 1, { event: "TERM", term: 3, ret: 0 }];
  const unfair: Told = ["unfair", -1, { host: 1 }];
  const fair: Told = ["fair", -1, { host: 1 }];
  const heard = (...then: Told[]) =>
    judged(3, 2, [loop, ...then]).filter((text) => text.includes("could hear the leader"));

  it("keeps a member from hearing the leader until it ends", () => {
    expect(heard(unfair, begins, fair, ...leads, ends, ...asks)).toEqual([]);
    expect(heard(unfair, begins, fair, ends, ...leads, ...asks)).toHaveLength(1);
  });

  it("is no other write", () => {
    expect(heard(unfair, fair, begins, ...leads, ends, ...asks)).toHaveLength(1);
  });
});
