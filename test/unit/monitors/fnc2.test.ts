// FNC2 fires on a fence request that is freed without a reclaim, or never.

import { describe, expect, it } from "vitest";
import { fnc2 } from "../../../src/monitors/fnc2.ts";
import { added, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

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
});
