// QRM5 fires on a write of another slot's block, and on one by a mount whose slot was taken over.

import { expect, test } from "vitest";
import { qrm5 } from "../../../src/monitors/qrm5.ts";
import { entriesOf, findings, is, theFirst } from "./alter.ts";

type Step = readonly [kind: string, mount: number, data: object];

function judged(steps: readonly Step[]): string[] {
  const state = qrm5.start();
  const found: string[] = [];
  const all: Step[] = [
    ["incarnation", 0, { rid: 16, slot: 1 }],
    ["incarnation", 1, { rid: 17, slot: 1 }],
    ...steps,
  ];
  for (const [kind, mount, data] of all) {
    const judge = {
      now: 0,
      violate: (place: string, text: string) => found.push(`${place}: ${text}`),
    };
    qrm5.on({ seq: 0, at: 0, mount, kind, data }, state, judge);
  }
  return found;
}
const update = (mount: number, event: string, ret = 0): Step[] => [
  ["quorum_block_event", mount, { event }],
  ["quorum_block_event_ret", mount, { event, ret }],
];
const write = (mount: number, block: string): Step => [
  "io",
  mount,
  { did: "issue", op: "write", block },
];

test("a write of the own block, and of blocks that are nobody's, keep it", () => {
  expect(judged([write(0, "quorum.1"), write(0, "server.super")])).toEqual([]);
});

test("a write of another slot's block breaks it", () => {
  expect(judged([write(0, "quorum.2")])).toEqual([
    "mount 0: writes block quorum.2, and its slot is 1",
  ]);
});

test("an event after another mount's BEGIN in the slot breaks it", () => {
  const both = [...update(0, "BEGIN"), ...update(1, "BEGIN")];
  expect(judged([...both, ...update(0, "TERM")])).toEqual([
    "slot 1: mount 0 writes TERM where mount 1 has begun since",
  ]);
  expect(judged([...both, ...update(1, "TERM")])).toEqual([]);
  expect(judged([...both, ...update(0, "TERM", -5)])).toEqual([]);
});

test("a BEGIN between the look and the write does not", () => {
  const [look, end] = update(0, "TERM") as [Step, Step];
  expect(judged([...update(0, "BEGIN"), look, ...update(1, "BEGIN"), end])).toEqual([]);
});

test("a recording in which a BEGIN is another mount's breaks it", () => {
  const real = entriesOf("a1-mount3-traffic");
  const elect = theFirst(real, is("quorum_block_event_ret", { event: "ELECT" }));
  const begin = theFirst(real, (c) => c.kind === "quorum_block_event_ret" && c.f.event === "BEGIN");
  const other = { ...begin, seq: elect.seq - 0.5, mount: 77 };
  const slot = { ...other, kind: "incarnation", data: { rid: 1, slot: slotOf(real, elect.mount) } };
  const spoilt = real.flatMap((e) =>
    e.seq === elect.seq && e.kind === elect.kind ? [slot, other, e] : [e],
  );
  expect(findings(real, qrm5)).toEqual([]);
  expect(findings(spoilt, qrm5).length).toBeGreaterThan(0);
});

function slotOf(entries: ReturnType<typeof entriesOf>, mount: number): number {
  const found = entries.find((e) => e.kind === "incarnation" && e.mount === mount);
  return (found?.data as { slot: number } | undefined)?.slot ?? -1;
}
