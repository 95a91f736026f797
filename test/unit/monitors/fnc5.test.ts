// FNC5 fires when a mount is fenced that nothing had touched.

import { describe, expect, it } from "vitest";
import { fnc5 } from "../../../src/monitors/fnc5.ts";
import { added, altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

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
