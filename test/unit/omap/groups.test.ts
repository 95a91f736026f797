// The bits of cached inodes, and what the server is told of them; see src/omap/groups.ts and
// answers.ts.

import { expect, test } from "vitest";
import { omapClientHandleRequest } from "../../../src/omap/answers.ts";
import { calcGroupNrs, omapApi } from "../../../src/omap/groups.ts";
import { omapDestroy } from "../../../src/omap/rids.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, mountWithServer } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

const DEAD = 4_294_967_295;

function mount() {
  const m = mountWithServer();
  const records: object[] = [];
  const notes: string[] = [];
  const out = {
    emit: (r: object) => records.push(r),
    note: (mark: string) => notes.push(mark),
  } as unknown as Parameters<typeof omapApi.omapSet>[1];
  const set = (ino: number) => omapApi.omapSet(m, out, ino);
  const clear = (ino: number) => omapApi.omapClear(m, out, ino);
  const ask = (groupNr: number) => {
    const sent: unknown[] = [];
    const onCall = (_name: string, args: unknown) => void sent.push(args) as undefined;
    const args = { id: 5, args: { groupNr, reqId: 8 } };
    const ran = runSteps<Scoutfs>(omapClientHandleRequest, args, m, { ...bindings, onCall });
    return { sent, records: ran.records };
  };
  return { m, records, notes, set, clear, ask };
}

test("a group comes with its first bit and goes with its last, as the recordings have it", () => {
  const { m, records, set, clear } = mount();
  set(1025);
  set(1024);
  clear(1025);
  clear(1024);
  const group = { group_nr: 1 };
  expect(records).toEqual([
    { kind: "omap_group_alloc", ...group, group_total: 0, bit_nr: -1 },
    { kind: "omap_group_inc", ...group, group_total: 1, bit_nr: 1 },
    { kind: "omap_group_inc", ...group, group_total: 2, bit_nr: 0 },
    { kind: "omap_group_dec", ...group, group_total: 1, bit_nr: 1 },
    { kind: "omap_group_dec", ...group, group_total: DEAD, bit_nr: 0 },
    { kind: "omap_group_free", ...group, group_total: DEAD, bit_nr: -1 },
  ]);
  expect(m.omap.groups).toEqual([]);
});

test("a bit is set once and cleared once", () => {
  const { m, notes, set, clear } = mount();
  expect([set(7), set(7)]).toEqual([undefined, "EEXIST"]);
  expect([omapApi.omapTest(m, 7), omapApi.omapTest(m, 8)]).toEqual([true, false]);
  clear(7);
  clear(7);
  expect(notes).toEqual([
    "WARN an open map bit is set twice",
    "WARN an open map bit is cleared that is not set",
  ]);
});

test("the server gets the bits of the group that it asks for, none where there is no group", () => {
  const { set, ask } = mount();
  for (const ino of [9, 1030, 1025]) set(ino);
  expect(ask(1).sent).toEqual([{ id: 5, map: { groupNr: 1, reqId: 8, bits: [1, 6] } }]);
  expect(ask(1).records).toEqual([
    { kind: "omap_group_request", group_nr: 1, group_total: 2, bit_nr: -1 },
  ]);
  expect(ask(2)).toMatchObject({ sent: [{ map: { bits: [] } }], records: [] });
});

test("bits that are left at unmount are warned of", () => {
  const { m, set } = mount();
  expect(runSteps<Scoutfs>(omapDestroy, {}, m, bindings).notes).toEqual([]);
  set(5);
  expect(runSteps<Scoutfs>(omapDestroy, {}, m, bindings).notes).toHaveLength(1);
});

test("groups have 1024 inodes, as locks have", () => {
  expect(calcGroupNrs(1023)).toEqual({ groupNr: 0, bitNr: 1023 });
  expect(calcGroupNrs(1024)).toEqual({ groupNr: 1, bitNr: 0 });
});
