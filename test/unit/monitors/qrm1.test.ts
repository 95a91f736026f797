// QRM1 fires on a second leader in one term, on a second vote, and on a term that does not rise.

import { describe, expect, it } from "vitest";
import { qrm1 } from "../../../src/monitors/qrm1.ts";
import { added, altered, entriesOf, findings, is, theFirst } from "./alter.ts";
import { judged, type Line } from "./judged.ts";

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

/** A mount that comes into a slot. */
const comes = (mount: number, slot: number): Line => ["incarnation", mount, { rid: 9, slot }];
const says = (mount: number, type: string, term: number, slot = -1): Line => [
  "quorum_send_message",
  mount,
  { type, term, slot },
];
const isElected = (mount: number, term: number): Line => [
  "quorum_block_event_ret",
  mount,
  { event: "ELECT", term, ret: 0 },
];
const votes = (...lines: readonly Line[]) =>
  judged(qrm1, [["cluster", -1, { slots: 3 }], comes(0, 0), ...lines]);

describe("QRM1, of votes", () => {
  it("fires when a slot votes for two in a term", () => {
    expect(votes(says(0, "VOTE", 4, 1), says(0, "VOTE", 4, 2))).toEqual([
      "slot 0: votes in term 4 for slot 1, then for slot 2",
    ]);
  });

  it("lets it vote again for the same, and in another term", () => {
    expect(votes(says(0, "VOTE", 4, 1), says(0, "VOTE", 4, 1), says(0, "VOTE", 5, 2))).toEqual([]);
  });

  it("keeps the vote for the next mount in the slot", () => {
    const found = votes(says(0, "VOTE", 4, 1), comes(3, 0), says(3, "VOTE", 4, 2));
    expect(found).toEqual(["slot 0: votes in term 4 for slot 1, then for slot 2"]);
  });

  it("takes a candidate's request for its own vote", () => {
    expect(votes(says(0, "REQUEST_VOTE", 4), says(0, "VOTE", 4, 2))).toEqual([
      "slot 0: votes in term 4 for itself, then for slot 2",
    ]);
    expect(votes(says(0, "VOTE", 4, 2), says(0, "REQUEST_VOTE", 4))).toEqual([
      "slot 0: votes in term 4 for slot 2, then for itself",
    ]);
  });

  it("forgets that vote with a worker that was not elected by it", () => {
    const again = [comes(3, 0), says(3, "VOTE", 4, 2)] as const;
    expect(votes(says(0, "REQUEST_VOTE", 4), ...again)).toEqual([]);
    expect(votes(says(0, "REQUEST_VOTE", 4), isElected(0, 4), ...again)).toHaveLength(1);
  });

  it("does not count what a forced unmount keeps from being sent", () => {
    const forced: Line = ["umount_begin", 0, { rid: 9 }];
    expect(votes(forced, says(0, "VOTE", 4, 1), comes(3, 0), says(3, "VOTE", 4, 2))).toEqual([]);
  });
});

describe("QRM1, of a write that lands late", () => {
  const lands = (mount: number, op = "write"): Line => [
    "io",
    mount,
    { did: "land", op, block: "quorum.0" },
  ];
  const stores = (mount: number, term: number): Line => [
    "quorum_block_event_ret",
    mount,
    { event: "TERM", term, ret: 0 },
  ];
  const later = [comes(3, 0), lands(3), stores(3, 4), says(3, "VOTE", 4, 1)] as const;
  const next = [comes(6, 0), stores(6, 4), says(6, "VOTE", 4, 2)] as const;
  const both = [
    "slot 0: wrote TERM 4 after TERM 4",
    "slot 0: votes in term 4 for slot 1, then for slot 2",
  ];

  it("asks nothing of what that has taken back", () => {
    expect(votes(...later, lands(0), ...next)).toEqual([]);
    expect(votes(...later, ...next)).toEqual(both);
  });

  it("asks the worker that has stored it for its vote", () => {
    expect(votes(...later, lands(0), says(3, "VOTE", 4, 2))).toHaveLength(1);
  });

  it("takes none for late that lands before those of a later mount, and no read", () => {
    expect(votes(lands(0), ...later, ...next)).toEqual(both);
    expect(votes(comes(3, 0), lands(0), lands(3), ...later.slice(2), ...next)).toEqual(both);
    expect(votes(...later, lands(0, "read"), ...next)).toEqual(both);
  });
});
