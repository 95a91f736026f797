// QRM1 fires on a second leader in one term and on a term that does not rise.

import { describe, expect, it } from "vitest";
import { qrm1 } from "../../../src/monitors/qrm1.ts";
import { added, altered, entriesOf, findings, is, theFirst } from "./alter.ts";

const real = entriesOf("d1-force-umount-leader3");
const elect = theFirst(real, is("quorum_block_event_ret", { event: "ELECT" }));
const other = (elect.mount + 1) % 3;

describe("QRM1", () => {
  it("fires when two mounts are elected in one term", () => {
    const spoilt = added(real, elect, { kind: elect.kind, mount: other, data: elect.data });
    expect(findings(spoilt, qrm1)).toEqual([
      `line ${elect.seq}: term 1: mounts ${elect.mount} and ${other} were elected in it`,
    ]);
  });

  it("lets two be elected in one term when there are two slots", () => {
    const two = altered(real, theFirst(real, is("cluster"), -1), { slots: 2 });
    const spoilt = added(two, elect, { kind: elect.kind, mount: other, data: elect.data });
    expect(findings(spoilt, qrm1)).toEqual([]);
  });

  it("ignores an ELECT whose write was refused", () => {
    const data = { ...elect.data, ret: -67 };
    expect(findings(added(real, elect, { kind: elect.kind, mount: other, data }), qrm1)).toEqual(
      [],
    );
  });

  it("fires when a slot writes a term twice", () => {
    const term = theFirst(real, is("quorum_block_event_ret", { event: "TERM", term: 2 }));
    const data = [...real].find((e) => e.kind === "incarnation" && e.mount === term.mount)?.data;
    const { slot } = data as { readonly slot: number };
    expect(findings(altered(real, term, { term: 1 }), qrm1)).toEqual([
      `line ${term.seq}: slot ${slot}: wrote TERM 1 after TERM 1`,
    ]);
  });
});
