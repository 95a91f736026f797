// NET4 fires on a second greeting on a socket, and takes a port that is used again for another.

import { describe, expect, it } from "vitest";
import { net4 } from "../../../src/monitors/net4.ts";
import { added, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("a1-mount3-traffic");
const sent = (side: string) => theFirst(real, is("net_send_message", { side, cmd: "GREETING" }));

describe("NET4", () => {
  it.each([
    ["client", "its greeting"],
    ["server", "the response to its greeting"],
  ])("fires when a %s sends it twice", (side, what) => {
    const first = sent(side);
    const again = added(real, first, { kind: first.kind, data: first.data });
    const found = `rid ${first.f.rid}: ${what} is sent twice on one socket`;
    expect(findings(again, net4)).toEqual([`line ${first.seq}: sent by a ${side}: ${found}`]);
  });

  it("lets the next connection from that port be greeted", () => {
    const first = sent("server");
    const peer = `127.0.0.1:${first.f.cport}`;
    const next = added(real, first, { kind: "conn_accept", data: { peer } });
    const accepted = theFirst(next, is("conn_accept", { peer }), first.seq - 1);
    const again = added(next, accepted, { kind: first.kind, data: first.data });
    expect(findings(again, net4)).toEqual([]);
  });

  it("counts nothing that a connection tries to send once it shuts down", () => {
    const judged = (kinds: readonly string[]): string[] => {
      const state = net4.start();
      const found: string[] = [];
      kinds.forEach((kind, at) => {
        const data = { conn: 7, side: "server", cmd: "GREETING", resp: 1, rid: 101 };
        const judge = { now: at, violate: (_place: string, text: string) => found.push(text) };
        net4.on({ seq: at, at, mount: 0, kind, data }, state, judge);
      });
      return found;
    };
    const send = "net_send_message";
    expect(judged(["conn_shutdown_start", send, send])).toEqual([]);
    expect(judged([send, "conn_shutdown_start", send])).toEqual([]);
    expect(judged([send, "conn_shutdown_queued", send])).toEqual([]);
    expect(judged(["conn_shutdown_start", "conn_connect_complete", send, send])).toHaveLength(1);
    expect(judged(["conn_shutdown_start", "conn_destroy_free", send, send])).toHaveLength(1);
  });
});
