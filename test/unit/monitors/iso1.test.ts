// ISO1: a mount that was unmounted by force is silent; one that was not may speak.

import { expect, test } from "vitest";
import { iso1 } from "../../../src/monitors/iso1.ts";

function judged(entries: readonly { kind: string; mount: number; data?: object }[]): string[] {
  const state = iso1.start();
  const found: string[] = [];
  entries.forEach(({ kind, mount, data = {} }, at) => {
    const judge = { now: at, violate: (_place: string, text: string) => found.push(text) };
    iso1.on({ seq: at, at, mount, kind, data }, state, judge);
  });
  return found;
}
const force = { kind: "umount_begin", mount: 1 };
const io = (did: string) => ({ kind: "io", mount: 1, data: { did, op: "write", block: "b" } });

test("a datagram or an I/O that begins after the forced unmount breaks it", () => {
  expect(judged([force, { kind: "sent", mount: 1 }])).toEqual([
    "sends a datagram after its forced unmount",
  ]);
  expect(judged([force, io("issue")])).toEqual([
    "begins to write block b after its forced unmount",
  ]);
});

test("a quorum message that is received after the forced unmount breaks it", () => {
  const hears = { kind: "quorum_recv_message", mount: 1, data: { term: 2, type: "HEARTBEAT" } };
  expect(judged([force, hears])).toEqual(["receives a quorum message after its forced unmount"]);
  expect(judged([hears, force, { ...hears, mount: 2 }])).toEqual([]);
});

test("what was issued before may land, and others may speak", () => {
  expect(judged([io("issue"), force, io("land"), io("complete")])).toEqual([]);
  expect(judged([force, { kind: "sent", mount: 2 }])).toEqual([]);
  expect(judged([{ kind: "sent", mount: 1 }, force])).toEqual([]);
});
