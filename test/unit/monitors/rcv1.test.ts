// RCV1 fires on a recovery that ends too early or not at all, and on a grant before its end.

import { describe, expect, it } from "vitest";
import { rcv1 } from "../../../src/monitors/rcv1.ts";
import { added, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("b1-leader-umount3");
const begin = theFirst(real, is("recov_begin"));
const finished = theFirst(real, is("finished_recovery"));

describe("RCV1", () => {
  it.each([1, 2])("fires when bit %i of one rid is left out", (which) => {
    const bit = theFirst(real, is("recov_finish_ret", { which, ret: which - 1 }), begin.seq);
    const spoilt = dropped(real, (c) => c.seq === bit.seq);
    expect(findings(spoilt, rcv1)).toEqual([
      `line ${finished.seq}: mount ${begin.mount}: its recovery finishes without rid ${bit.f.rid}`,
    ]);
  });

  it("fires when a lock is granted while recovery is pending", () => {
    const data = { rid: 1, old: "null", new: "read" };
    expect(findings(added(real, begin, { kind: "sv_lock_response", data }), rcv1)).toEqual([
      `line ${begin.seq}: mount ${begin.mount}: grants rid 1 a lock while recovery is pending`,
    ]);
  });

  describe("when a lock is granted while a client's last bit is taken off", () => {
    const grant = { kind: "sv_lock_response", data: { rid: 1, old: "null", new: "read" } };
    const last = theFirst(real, is("recov_finish_ret", { which: 2, ret: 1 }), begin.seq);
    const before = theFirst(real, is("recov_finish_ret", { which: 2, ret: 0 }), begin.seq);
    /** The call that returns there. */
    const callOf = ({ f }: typeof last) =>
      theFirst(real, is("recov_finish", { which: 2, rid: f.rid }), begin.seq);
    const words = "grants rid 1 a lock while recovery is pending";

    it("is quiet if nobody else is awaited, before the call returns and after", () => {
      expect(findings(added(real, callOf(last), grant), rcv1)).toEqual([]);
      expect(findings(added(real, last, grant), rcv1)).toEqual([]);
    });

    it("fires if somebody else is", () => {
      const call = callOf(before);
      expect(findings(added(real, call, grant), rcv1)).toEqual([
        `line ${call.seq}: mount ${call.mount}: ${words}`,
      ]);
    });

    it("fires if that call has not begun", () => {
      const call = callOf(last);
      const spoilt = added(real, before, grant);
      expect(before.seq).toBeLessThan(call.seq);
      expect(findings(spoilt, rcv1)).toEqual([
        `line ${before.seq}: mount ${before.mount}: ${words}`,
      ]);
    });
  });

  it("fires when a recovery that is complete does not finish", () => {
    const spoilt = dropped(real, (c) => c.seq === finished.seq || c.kind === "sv_lock_response");
    expect(findings(spoilt, rcv1)).toEqual([
      expect.stringMatching(/: all have recovered, but its recovery does not finish$/),
    ]);
  });

  describe("when a host stands still between the last bit and the end", () => {
    const last = theFirst(real, is("recov_finish_ret", { which: 2, ret: 1 }), begin.seq);

    /** What it says when the end comes so long after the last bit. */
    function judged(steps: readonly (readonly [atS: number, kind: string, data: object])[]) {
      const state = rcv1.start();
      const found: string[] = [];
      const locks = { rid: 1, which: 2 };
      const all = [
        [0, "recov_prepare", locks],
        [0, "recov_begin", {}],
        [1, "recov_finish_ret", locks],
        ...steps,
      ] as const;
      for (const [atS, kind, data] of all) {
        const judge = { now: atS * 1e6, violate: (_: string, text: string) => found.push(text) };
        rcv1.on({ seq: 0, at: atS * 1e6, mount: last.mount, kind, data }, state, judge);
      }
      return found;
    }
    const overdue = ["all have recovered, but its recovery does not finish"];
    const paused = [1.5, "host", { host: 2, did: "pause" }] as const;
    const resumed = [9, "host", { host: 2, did: "resume" }] as const;
    const slow = [1.5, "host", { host: 2, did: "slow", permille: 100_000 }] as const;

    it.each([[paused], [slow]])("waits until it goes on, %j", (held) => {
      expect(judged([held, [9, "finished_recovery", {}]])).toEqual([]);
      expect(judged([held, resumed, [9.9, "finished_recovery", {}]])).toEqual([]);
    });

    it("waits as long as its mount is delayed, and a second more", () => {
      const delayed = [1.5, "held", { program: "p", label: "l", byUs: 1_000_000 }] as const;
      expect(judged([delayed, [3.4, "finished_recovery", {}]])).toEqual([]);
      expect(judged([delayed, [3.6, "finished_recovery", {}]])).toEqual(overdue);
      const untilOpened = [1.5, "held", { program: "p", label: "l" }] as const;
      expect(judged([untilOpened, [2.6, "finished_recovery", {}]])).toEqual(overdue);
    });

    it("fires when it was over too long before, or has gone on for too long", () => {
      expect(judged([[2.1, "host", { host: 2, did: "pause" }]])).toEqual(overdue);
      expect(judged([paused, resumed, [10.1, "finished_recovery", {}]])).toEqual(overdue);
      expect(judged([[2.1, "finished_recovery", {}]])).toEqual(overdue);
    });
  });

  it.each(["recov_shutdown", "dead"])("lets a server give its recovery up: %s", (kind) => {
    const over = added(real, begin, { kind });
    expect(findings(dropped(over, is("finished_recovery")), rcv1)).toEqual([]);
  });

  describe("when a client is reclaimed that still recovers its locks", () => {
    const bit = theFirst(real, is("recov_finish_ret", { which: 1 }), begin.seq);
    const reclaim = { kind: "reclaim_rid", data: { rid: bit.f.rid } };

    it("fires", () => {
      const words = `reclaims rid ${bit.f.rid}, which still recovers its locks`;
      expect(findings(added(real, bit, reclaim), rcv1)).toEqual([
        `line ${bit.seq}: mount ${bit.mount}: ${words}`,
      ]);
    });

    it("is quiet once its locks are being taken off", () => {
      const locks = is("recov_finish", { which: 2, rid: bit.f.rid });
      expect(findings(added(real, theFirst(real, locks, begin.seq), reclaim), rcv1)).toEqual([]);
    });

    it("asks nothing of who is to be fenced", () => {
      const asked = { kind: "fence_start", data: { rid: bit.f.rid } };
      expect(findings(added(added(real, bit, reclaim), bit, asked), rcv1)).toEqual([]);
    });
  });
});
