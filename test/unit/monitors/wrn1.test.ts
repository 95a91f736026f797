// WRN1 fires on every note that stands for a warning of the kernel, and on no other, and on work
// that a draining queue refuses.

import { expect, test } from "vitest";
import { wrn1 } from "../../../src/monitors/wrn1.ts";
import { judged } from "./judged.ts";

test("WRN1 fires on a warning", () => {
  const text = "WARN a lock has a user after lock shutdown";
  const found = ["a lock has a user after lock shutdown: mount 2 warns"];
  expect(judged(wrn1, [["note", 2, { text }]])).toEqual(found);
});

test("WRN1 passes over what is only noted", () => {
  expect(judged(wrn1, [["note", 2, { text: "shutdown without a socket" }]])).toEqual([]);
});

test("WRN1 fires on work that a draining queue refuses, wherever it is", () => {
  const data = { work: "scoutfs_net_recv_worker#1000002", queue: "conn.workq#1000002" };
  const found = [
    "scoutfs_net_recv_worker on conn.workq: mount 1: a queue that is drained refuses work",
  ];
  expect(judged(wrn1, [["work-dropped", 1, data]])).toEqual(found);
});
