// FNC5 fires when a mount is fenced that nothing had touched, and when one is that had left.

import { describe, expect, it } from "vitest";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";
import { judged, type Line } from "./judged.ts";

const real = entriesOf("c1-force-umount-client");
const request = theFirst(real, is("fence_start"));
const spoilt = dropped(real, is("umount_begin_forced"));

describe("FNC5", () => {
  it("fires when the forced unmount is left out", () => {
    expect(findings(spoilt, fnc5)).toEqual([
      `line ${request.seq}: rid ${request.f.rid}: ` +
        `mount ${request.mount} fences it and it did nothing wrong`,
    ]);
  });

  it("fires when somebody else is fenced", () => {
    expect(findings(altered(real, request, { rid: request.mount + 1 }), fnc5)).toHaveLength(1);
  });

  it("takes a fault that its driver reports for a reason", () => {
    const fault = { kind: "fault", mount: -1, data: { rid: request.f.rid } };
    expect(findings(added(spoilt, theFirst(real, is("net_listen")), fault), fnc5)).toEqual([]);
  });

  it.each([
    [{ term: 1 }, "both were elected in term 1"],
    [{ term: 7 }, "it was elected in term 7 and its block has no STOP yet"],
  ])("tells what the blocks say of it, %o", (elected, words) => {
    const data = { event: "ELECT", ret: 0, ...elected };
    const at = theFirst(spoilt, is("quorum_loop"), request.seq - 100);
    const mount = request.f.rid! - 1;
    const found = findings(
      added(spoilt, at, { kind: "quorum_block_event_ret", mount, data }),
      fnc5,
    );
    expect(found[0]).toMatch(new RegExp(`did nothing wrong: ${words}$`));
  });
});

const blamed: Line = ["fault", 1, { rid: 101 }];
const farewell = (error: unknown): Line => ["client_farewell_resp", 1, { error }];
const itemIsGone: Line = ["lookup_mounted_client", 1, { rid: 101, ret: 0 }];
const block = (event: string, ret: unknown = 0): Line => [
  "quorum_block_event_ret",
  1,
  { event, term: 3, ret },
];
const looks: Line = ["fence_leaders", 0, { term: 4 }];
const timesOut: Line = ["recovery_timeout", 0];
const fences = (reason: string): Line => ["fence.start", 0, { rid: 101, reason }];

/** Mount 0 serves and mount 1, which has a fault to blame for, is fenced. */
const fenced = (...lines: readonly Line[]) =>
  judged(fnc5, [
    ["incarnation", 0, { rid: 100, slot: 0 }],
    ["incarnation", 1, { rid: 101, slot: 1 }],
    blamed,
    ...lines,
  ]);
const hadLeft = (how: string) => [`rid 101: mount 0 fences it and it had left cleanly: ${how}`];

describe("FNC5, of a client that has left", () => {
  const reconnect = fences("client_reconnect");

  it.each([
    ["its farewell is answered", farewell(0)],
    ["its item is gone", itemIsGone],
  ])("fires when %s, whatever touched it before", (_how, line) => {
    expect(fenced(line, reconnect)).toEqual(hadLeft("its farewell was through"));
    expect(fenced(reconnect)).toEqual([]);
  });

  it("does not when the farewell ended with an error, or the item is there", () => {
    expect(fenced(farewell("ECONNABORTED"), reconnect)).toEqual([]);
    expect(fenced(["lookup_mounted_client", 1, { rid: 101, ret: 1 }], reconnect)).toEqual([]);
  });

  it("lets the recovery fence whoever was pending when its timer fired", () => {
    const recovery = fences("client_recovery");
    expect(fenced(timesOut, farewell(0), recovery)).toEqual([]);
    expect(fenced(farewell(0), timesOut, recovery)).toEqual(hadLeft("its farewell was through"));
  });

  it("still asks for a leader that has not stopped", () => {
    const start: Line[] = [looks, fences("quorum_block_leader")];
    expect(fenced(block("ELECT"), farewell(0), ...start)).toEqual([]);
  });
});

it("lets a mount that failed be fenced by a later server alone, and not as a leader", () => {
  const failing = (error: unknown, reason: string, ...before: readonly Line[]) =>
    judged(fnc5, [
      ["incarnation", 0, { rid: 100, slot: 0 }],
      ["incarnation", 1, { rid: 101, slot: 1 }],
      ...before,
      ["fill_super_ret", 1, { rid: 101, error }],
      fences(reason),
    ]);
  expect(failing("EIO", "client_recovery")).toEqual([]);
  const greeted = (error: unknown): Line => ["client_greeting", 1, { error, gr_term: 1 }];
  expect(failing("EIO", "client_reconnect")).toEqual([]);
  expect(failing("EIO", "client_reconnect", greeted("ECONNABORTED"))).toEqual([]);
  expect(failing("EIO", "client_reconnect", greeted(0))).toHaveLength(1);
  expect(failing("EIO", "quorum_block_leader")).toHaveLength(1);
  expect(failing(undefined, "client_recovery")).toHaveLength(1);
});

it("says so when a server fences its own client", () => {
  const own: Line = ["fence.start", 0, { rid: 100, reason: "client_recovery" }];
  const elect: Line = ["quorum_block_event_ret", 0, { event: "ELECT", term: 4, ret: 0 }];
  expect(fenced(elect, own)[0]).toMatch(/it did nothing wrong: it is its own client$/);
});

describe("FNC5, of a leader that has left", () => {
  const start: readonly Line[] = [looks, fences("quorum_block_leader")];

  it("fires after its STOP", () => {
    expect(fenced(block("ELECT"), block("STOP"), ...start)).toEqual(hadLeft("it wrote STOP"));
    expect(fenced(block("ELECT"), ...start)).toEqual([]);
  });

  it("fires after an END without STOP", () => {
    const found = fenced(block("ELECT"), block("END"), ...start);
    expect(found).toEqual(hadLeft("it wrote END, and no STOP"));
  });

  it("does not when STOP could not be written, or END", () => {
    expect(fenced(block("ELECT"), block("STOP", "EIO"), block("END"), ...start)).toEqual([]);
    expect(fenced(block("ELECT"), block("END", "ENOLINK"), ...start)).toEqual([]);
  });

  it("does not when it was writing ELECT again: its host may die before that returns", () => {
    const writes: Line = ["quorum_block_event", 1, { event: "ELECT", term: 5 }];
    expect(fenced(block("ELECT"), block("STOP"), writes, ...start)).toEqual([]);
    expect(fenced(writes, block("ELECT"), block("STOP"), ...start)).toHaveLength(1);
  });

  it("does not when STOP came after the server had begun to read the blocks", () => {
    const [reads, fence] = start as [Line, Line];
    expect(fenced(block("ELECT"), reads, block("STOP"), fence)).toEqual([]);
  });

  it("does not when it was elected again", () => {
    expect(fenced(block("ELECT"), block("STOP"), block("ELECT"), ...start)).toEqual([]);
  });

  it("does not take it for a client that has left", () => {
    expect(fenced(block("END"), fences("client_reconnect"))).toEqual([]);
  });
});
