// FNC1 fires on a fence request whose reason does not hold.

import { describe, expect, it } from "vitest";
import { fnc1 } from "../../../src/monitors/fnc1.ts";
import { altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";
import { judged, type Line } from "./judged.ts";

const client = entriesOf("c1-force-umount-client");
const leader = entriesOf("d1-force-umount-leader3");
const missing = entriesOf("h3-force-leader-and-client");

const request = theFirst(client, is("fence_start"));
const said = (fault: string, reason = "client_reconnect") =>
  `line ${request.seq}: ${reason}: mount ${request.mount} fences rid ${request.f.rid} ${fault}`;

describe("FNC1", () => {
  it("fires on rid 0", () => {
    expect(findings(altered(client, request, { rid: 0 }), fnc1)).toEqual([
      `line ${request.seq}: client_reconnect: mount ${request.mount} fences rid 0 for no rid`,
    ]);
  });

  it("fires when the client's connection never went down", () => {
    const spoilt = dropped(client, is("conn_shutdown_start", { conn_rid: request.f.rid }));
    expect(findings(spoilt, fnc1)).toEqual([said("but its connection is established")]);
  });

  it("fires when the client has no item", () => {
    const spoilt = dropped(client, is("insert_mounted_client", { rid: request.f.rid }));
    expect(findings(spoilt, fnc1)).toEqual([said("but the rid has no mounted_clients item")]);
  });

  it("fires when a client that was not pending is fenced for its recovery", () => {
    const spoilt = altered(client, request, { reason: "client_recovery" });
    expect(findings(spoilt, fnc1)).toEqual([
      said("but it was not pending when the recovery timer fired", "client_recovery"),
    ]);
  });

  it("fires when the recovery timer did not fire", () => {
    expect(findings(dropped(missing, is("recovery_timeout")), fnc1)).toEqual([
      expect.stringContaining("but it was not pending when the recovery timer fired"),
    ]);
  });

  it("fires when no block shows the leader elected", () => {
    const { f, seq } = theFirst(leader, is("fence_start"));
    const of =
      (...kinds: string[]) =>
      (c: { kind: string; mount: number }) =>
        kinds.includes(c.kind) && c.mount + 1 === f.rid;
    const neither = dropped(leader, of("quorum_block_event", "quorum_block_event_ret"));
    expect(findings(neither, fnc1)).toEqual([
      expect.stringMatching(new RegExp(`^line ${seq}: .*but no quorum block shows it elected$`)),
    ]);
    // It died while it wrote: the block may have it.
    expect(findings(dropped(leader, of("quorum_block_event_ret")), fnc1)).toEqual([]);
  });

  it("bears an ELECT that is written over once the block may have been read", () => {
    const elects = (mount: number, own: number, term: number) =>
      [
        ["incarnation", mount, { slot: 0, rid: own }],
        ["quorum_block_event", mount, { event: "ELECT", term }],
        ["quorum_block_event_ret", mount, { event: "ELECT", term, ret: 0 }],
      ] as const;
    const looks = ["fence_leaders", 1] as const;
    const asks = ["fence_start", 1, { rid: 101, reason: "quorum_block_leader" }] as const;
    const late = [...elects(0, 101, 1), looks, ...elects(2, 203, 3), ...elects(2, 203, 5), asks];
    const early = [...elects(0, 101, 1), ...elects(2, 203, 3), looks, asks];
    const text = "mount 1 fences rid 101 but no quorum block shows it elected";
    expect([judged(fnc1, late), judged(fnc1, early)]).toEqual([
      [],
      [`quorum_block_leader: ${text}`],
    ]);
  });

  const rid = 102;
  const begins = (server: number) => ["fence_leaders", server] as const;
  const inserts = (server: number) => ["insert_mounted_client", server, { rid }] as const;
  const reclaims = (server: number) => ["reclaim_rid_ret", server, { rid }] as const;
  const recovers = (server: number) => ["recov_prepare", server, { rid, which: 3 }] as const;
  const fences = (server: number) =>
    ["fence_start", server, { rid, reason: "client_reconnect" }] as const;
  const noItem = "client_reconnect: mount 1 fences rid 102 but the rid has no mounted_clients item";
  it.each([
    ["it deleted it itself", [begins(1), inserts(1), reclaims(1)], [noItem]],
    ["an earlier server deleted it", [inserts(0), reclaims(0), begins(1)], [noItem]],
    ["another one deletes it from its own table", [inserts(0), begins(1), reclaims(0)], []],
    ["it deleted it, and it came back", [begins(1), inserts(1), reclaims(1), inserts(1)], []],
    ["it came back to another", [inserts(1), reclaims(1), inserts(0), begins(1)], []],
    ["it recovers it", [inserts(0), reclaims(0), begins(1), recovers(1)], []],
  ])("asks for the item that the server itself sees: %s", (_why, before, found) => {
    expect(judged(fnc1, [...before, fences(1)])).toEqual(found);
  });

  const returns = { rid, reconnecting: 1, first_contact: 0 };
  const greets = ["net_server_greeting", 1, returns] as const;
  const isGreeted = ["net.greeted", 1, { rid, conn: 7 }] as const;
  const begins7 = ["conn_shutdown_start", 1, { accepted: true, conn: 7, conn_rid: 0 }] as const;
  const ends = (conn: number) =>
    ["conn_shutdown_complete", 1, { accepted: true, conn, conn_rid: rid }] as const;
  it.each([
    ["greeted, and may be dropped", [greets], 0],
    ["greeted", [greets, isGreeted], 1],
    ["greeted while that breaks", [greets, begins7, isGreeted, ends(7)], 0],
    ["greeted while another breaks", [greets, isGreeted, ends(6)], 1],
    ["new to it", [["net_server_greeting", 1, { ...returns, first_contact: 1 }]], 1],
  ] as const)("knows who came back in time: one that is %s", (_which, came, found) => {
    const before = [begins(1), inserts(1), ...came];
    expect(judged(fnc1, [...before, fences(1)])).toHaveLength(found);
  });

  it("bears a greeting that is not let open", () => {
    const comes = ["net_server_greeting", 1, { ...returns, first_contact: 1 }] as const;
    const other = ["net.greeted", 1, { rid: 103, conn: 6 }] as const;
    const found = (...then: readonly Line[]) =>
      judged(fnc1, [other, begins(1), inserts(1), ...then, fences(1)]);
    expect(found(comes)).toEqual([]);
    expect(found(comes, isGreeted)).toEqual([
      "client_reconnect: mount 1 fences rid 102 but its connection is established",
    ]);
  });
});
