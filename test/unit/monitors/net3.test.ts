// NET3 fires on a response whose request has not come to whoever responds.

import { describe, expect, it } from "vitest";
import { net3 } from "../../../src/monitors/net3.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("b1-leader-umount3");

describe("NET3", () => {
  it.each(["server", "client"])("fires when the request did not come to the %s", (side) => {
    const cmd = "LOCK";
    const lost = theFirst(real, is("net_recv_message", { side, cmd, resp: 0 }));
    const { rid, id } = lost.f;
    const answered = theFirst(
      real,
      (c) => is("net_recv_message", { cmd, id, rid, resp: 1 })(c) && c.f.side !== side,
      lost.seq,
    );
    const what = `a response to LOCK ${id} meets a request that has not arrived`;
    const spoilt = dropped(real, (c) => c.seq === lost.seq);
    expect(findings(spoilt, net3)).toEqual([
      `line ${answered.seq}: mount ${answered.mount}: ${what}`,
    ]);
  });
  it("counts a request that comes by an older connection than the answer", () => {
    const cmd = "LOCK";
    const first = theFirst(real, is("net_recv_message", { side: "server", cmd, resp: 0 }));
    const { rid } = first.f;
    const late = theFirst(real, is(first.kind, { side: "server", cmd, resp: 0, rid }), first.seq);
    const greeting = theFirst(real, is(late.kind, { side: "server", cmd: "GREETING", rid }));
    const older = { cport: 5 };
    const data = { ...greeting.f, id: 9999, ...older };
    const twice = added(real, greeting, { kind: late.kind, mount: late.mount, data });
    expect(findings(altered(twice, late, older), net3)).toEqual([]);
  });
});
