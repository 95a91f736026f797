// NET2 fires on a message that is passed over, each way, and on one that is missing in the end.

import { describe, expect, it } from "vitest";
import { net2 } from "../../../src/monitors/net2.ts";
import { added, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("a1-mount3-traffic");
const recv = (side: string, cmd: string) => is("net_recv_message", { side, cmd });

describe("NET2", () => {
  it.each([
    ["server", "client", "LOCK"],
    ["client", "server", "GET_ROOTS"],
  ])("fires when a %s never gets what a %s sent", (side, by, cmd) => {
    const lost = theFirst(real, recv(side, cmd));
    const found = findings(
      dropped(real, (c) => c.seq === lost.seq),
      net2,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(
      new RegExp(`sent by a ${by}: mount ${lost.mount} never got .* ${cmd} ${lost.f.id} `),
    );
  });

  it("takes nothing that came behind a refused greeting for having arrived", () => {
    const comes = theFirst(real, recv("server", "GET_ROOTS"));
    const sent = theFirst(real, is("net_send_message", { side: "client", id: comes.f.id }));
    const data = { ...comes.f, rid: 0 };
    const refused = added(real, sent, { kind: "net_recv_message", mount: comes.mount, data });
    expect(findings(refused, net2)).toEqual([]);
  });

  it("asks no more for a request that was sent again, once its response is handled", () => {
    const comes = theFirst(real, recv("server", "GET_ROOTS"));
    const { rid, seq, id } = theFirst(real, is("net_send_message", { id: comes.f.id })).f;
    const again = { side: "client", cmd: "LAST_SEQ", resp: 0, rid, seq: (seq ?? 0) - 1, id: 900 };
    const sent = theFirst(real, is("net_send_message", { side: "client", id }));
    const late = added(real, sent, { kind: "net_send_message", data: again });
    expect(findings(late, net2)).toHaveLength(1);
    const done = (what: object) => {
      const data = { side: "client", cmd: "LAST_SEQ", resp: 1, rid, seq: 1, id: 900, ...what };
      const after = theFirst(late, is("net_send_message", { id: 900 }));
      return findings(added(late, after, { kind: "net.response", data }), net2);
    };
    expect(done({})).toEqual([]);
    expect(done({ id: 901 })).toHaveLength(1);
    expect(done({ side: "server" })).toHaveLength(1);
  });

  it("fires when nothing comes after what was lost and all is quiet", () => {
    const greeted = theFirst(real, recv("client", "GREETING"));
    const { rid, cport } = greeted.f;
    const data = { ...{ side: "client", cport, rid, resp: 0, cmd: "STATFS" }, seq: 900, id: 900 };
    const quiet = real.filter(({ seq }) => seq <= greeted.seq);
    const sent = added(quiet, greeted, { kind: "net.submit", data });
    const at = greeted.at + 60_000_000;
    const later = added(sent, theFirst(sent, is("net.submit")), { kind: "mark", at });
    expect(findings(sent, net2)).toEqual([]);
    expect(findings(later, net2)).toEqual([
      `line ${greeted.seq}: sent by a client: rid ${rid}: STATFS 900 with seq 900 never arrived`,
    ]);
  });
});
