// FNC2 fires on a fence request that is freed without a reclaim, or never.

import { describe, expect, it } from "vitest";
import { fnc2 } from "../../../src/monitors/fnc2.ts";
import { added, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";
import { judged } from "./judged.ts";

const real = entriesOf("c1-force-umount-client");
const open = theFirst(real, is("fence_start"));
const { mount, f } = open;
const reclaim = theFirst(real, is("reclaim_rid_ret", { rid: f.rid }));
const free = theFirst(real, is("fence_free"));

describe("FNC2", () => {
  it("fires when the reclaim is left out", () => {
    expect(findings(dropped(real, is("reclaim_rid_ret", { rid: f.rid })), fnc2)).toEqual([
      `line ${free.seq}: rid ${f.rid}: mount ${mount} frees a fence request without a reclaim`,
    ]);
  });

  it("lets a request go that came when its server had just reclaimed the rid", () => {
    const data = { rid: 102 };
    const reclaims = ["reclaim_rid_ret", 1, { ...data, ret: 0 }] as const;
    const listed = [
      ["fence_start", 1, data],
      ["fence_free", 1, data],
    ] as const;
    expect(judged(fnc2, [reclaims, ...listed])).toEqual([]);
    expect(judged(fnc2, [reclaims, ["server_work_exit", 1], ...listed])).toEqual([
      "rid 102: mount 1 frees a fence request without a reclaim",
    ]);
  });

  it("fires when the request is left out", () => {
    expect(findings(dropped(real, is("fence_start")), fnc2)).toEqual([
      `line ${free.seq}: rid ${f.rid}: mount ${mount} frees a fence request that it never started`,
    ]);
  });

  it("fires when a request stays open beyond its timer", () => {
    const late = { kind: "quorum_loop", at: open.at + 41_000_000 };
    const spoilt = added(dropped(real, is("fence_free")), reclaim, late);
    expect(findings(spoilt, fnc2)).toEqual([
      `line ${reclaim.seq}: rid ${f.rid}: mount ${mount}'s fence request is open for 41 s`,
    ]);
  });

  it("fires when nobody answers and the timer does not either, whatever else lasts", () => {
    const turns = Array.from({ length: 420 }, (_, n) => ({ kind: "quorum_loop", atS: n / 10 }));
    const silent = [
      { kind: "unfair", atS: 0 },
      { kind: "fence_start", atS: 0, data: { rid: 9 } },
      ...turns,
    ];
    const answered = [
      ...silent.slice(0, 300),
      { kind: "fence_timeout", atS: 29.9 },
      ...silent.slice(300),
    ];
    const paused = silent.map((e) => (e.atS > 20 ? { ...e, atS: e.atS + 60 } : e)).slice(0, 380);
    const found = (entries: readonly { kind: string; atS: number; data?: object }[]): string[] => {
      const state = fnc2.start();
      const texts: string[] = [];
      for (const { kind, atS, data = {} } of entries) {
        const at = atS * 1e6;
        const judge = { now: at, violate: (_p: string, text: string) => texts.push(text) };
        fnc2.on({ seq: 0, at, mount: 1, kind, data }, state, judge);
      }
      return texts;
    };
    const text = "mount 1's fence request has no answer, and its timer does not fire";
    expect([found(silent), found(answered), found(paused)]).toEqual([[text], [], []]);
  });
});
