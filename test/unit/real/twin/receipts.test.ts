// What was received had been sent before.

import { describe, expect, it } from "vitest";
import { receiptsOf, unsentAt } from "../../../../sim/real/twin/receipts.ts";
import type { Item } from "../../../../sim/real/twin/timeline.ts";

const ms = 1000;
const item = (at: number, kind: string, fields: object): Item => ({
  ...{ of: "own", kind, line: 1, at, task: "" },
  fields: fields as Item["fields"],
});
const message = (seq: number) => ({ cport: 9, rid: 2, seq, recv_seq: 0, id: seq, cmd: "LOCK" });
const sent = (at: number, seq: number) =>
  item(at, "net_send_message", { side: "client", ...message(seq) });
const received = (at: number, seq: number) =>
  item(at, "net_recv_message", { side: "server", ...message(seq) });
const other = (at: number) => item(at, "quorum_loop", {});

describe("what a mount sent", () => {
  const own = [sent(1 * ms, 1), other(4 * ms), sent(5 * ms, 2), other(20 * ms)];
  const peer = [received(2 * ms, 1), received(6 * ms, 2)];
  const receipts = receiptsOf([...own, ...peer])(own);

  it("is vouched for by whoever received it", () => {
    expect(unsentAt(receipts, own)).toBe(Number.POSITIVE_INFINITY);
  });
  it("must have been sent by the time that somebody had it", () => {
    expect(unsentAt(receipts, [own[1], own[2], own[3]] as Item[])).toBe(0);
    expect(unsentAt(receipts, [own[0], own[1], own[3]] as Item[])).toBe(2);
  });
  it("may be printed a moment after its receipt, by another processor", () => {
    const late = [sent(2 * ms + 500, 1), other(4 * ms), own[2], own[3]] as Item[];
    expect(unsentAt(receipts, late)).toBe(Number.POSITIVE_INFINITY);
    expect(unsentAt(receipts, [other(3 * ms + 500), ...own] as Item[])).toBe(0);
  });
  it("is what was received, not something else", () => {
    expect(unsentAt(receipts, [sent(1 * ms, 3), ...own.slice(1)])).toBe(0);
  });
});
