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
