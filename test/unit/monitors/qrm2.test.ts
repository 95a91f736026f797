// QRM2 fires on a candidate that has just heard its leader.

import { describe, expect, it } from "vitest";
import { qrm2 } from "../../../src/monitors/qrm2.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const resigned = entriesOf("b1-leader-umount3");
const killed = entriesOf("d1-force-umount-leader3");
const cluster = theFirst(killed, is("cluster"), -1);

describe("QRM2", () => {
  it("fires when the resignation that allowed a campaign is left out", () => {
    const heard = is("quorum_recv_message", { type: "RESIGNATION" });
    const [first] = findings(dropped(resigned, heard), qrm2);
    const campaign = theFirst(
      resigned,
      is("quorum_send_message", { type: "REQUEST_VOTE" }),
      theFirst(resigned, heard).seq,
    );
    const words = /^line (\d+): REQUEST_VOTE: campaigns \d{3} ms after a heartbeat of its leader$/;
    expect(words.exec(first ?? "")?.[1]).toBe(String(campaign.seq));
  });

  it("fires when the timeout is a second longer than the one that was kept", () => {
    const spoilt = altered(killed, cluster, { heartbeatTimeoutMs: 11_000 });
    expect(findings(spoilt, qrm2)).toHaveLength(1);
  });

  it("fires on a campaign right behind a heartbeat", () => {
    const heard = theFirst(killed, is("quorum_recv_message", { type: "HEARTBEAT" }), 3000);
    const data = { type: "REQUEST_VOTE", term: 2, slot: -1 };
    const spoilt = added(killed, heard, { kind: "quorum_send_message", data });
    expect(findings(spoilt, qrm2)).toEqual([
      `line ${heard.seq}: REQUEST_VOTE: campaigns 0 ms after a heartbeat of its leader`,
    ]);
  });
});

describe("a worker that has just adopted a newer term", () => {
  const kinds = ["quorum_recv_message", "quorum_loop", "quorum_send_message"] as const;
  const [received, turn, sent] = kinds;
  /** What it does at which ms; the timeout is 2 s. */
  function judged(steps: readonly (readonly [ms: number, kind: string, data: object])[]): string[] {
    const state = qrm2.start();
    const found: string[] = [];
    const all = [[0, "cluster", { heartbeatTimeoutMs: 2000 }] as const, ...steps];
    for (const [ms, kind, data] of all) {
      const judge = { now: ms * 1000, violate: (_place: string, text: string) => found.push(text) };
      qrm2.on(
        { seq: 0, at: ms * 1000, mount: kind === "cluster" ? -1 : 2, kind, data },
        state,
        judge,
      );
    }
    return found;
  }
  const adopts = [
    [0, received, { term: 15, type: "REQUEST_VOTE" }],
    [0, turn, { term: 3, role: "follower" }],
  ] as const;
  const campaigns = [300, sent, { term: 16, type: "REQUEST_VOTE" }] as const;

  it("is not bound by a heartbeat of the term before", () => {
    const late = [30, received, { term: 3, type: "HEARTBEAT" }] as const;
    expect(judged([...adopts, late, campaigns])).toEqual([]);
  });

  it("is bound by one of the new term", () => {
    const heard = [30, received, { term: 15, type: "HEARTBEAT" }] as const;
    expect(judged([...adopts, heard, campaigns])).toEqual([
      "campaigns 270 ms after a heartbeat of its leader",
    ]);
  });
});
