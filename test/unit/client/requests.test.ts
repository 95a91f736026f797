// What each request asks for and what its caller is told; see src/client/requests.ts. The wait
// itself is that of scoutfs_net_sync_request.

import { describe, expect, test } from "vitest";
import * as requests from "../../../src/client/requests.ts";
import type { AnyProgram, Ret } from "../../../src/core/index.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

const conn = { id: 3, generation: 1 };

function ask(p: unknown, args: object, answer: Ret) {
  const m = mountState({ rid: rid(7) });
  m.client.conn = conn;
  const asked: unknown[] = [];
  const onCall = (name: string, what: unknown) => {
    expect(name).toBe("scoutfs_net_sync_request");
    asked.push(what);
    return answer;
  };
  const { ret } = runSteps<Scoutfs>(p as AnyProgram<Scoutfs>, args, m, { ...bindings, onCall });
  return { asked, ret };
}

test.each([
  [requests.clientAllocInodes, { count: 10 }, "ALLOC_INODES", { count: 10 }],
  [requests.clientGetRoots, {}, "GET_ROOTS", undefined],
  [requests.clientGetLastSeq, {}, "GET_LAST_SEQ", undefined],
  [requests.clientGetVolopt, {}, "GET_VOLOPT", undefined],
  [requests.clientSetVolopt, { dataAllocZoneBlocks: 9 }, "SET_VOLOPT", { dataAllocZoneBlocks: 9 }],
  [
    requests.clientClearVolopt,
    { dataAllocZoneBlocks: 0 },
    "CLEAR_VOLOPT",
    { dataAllocZoneBlocks: 0 },
  ],
  [
    requests.clientResizeDevices,
    { metaBlocks: 1, dataBlocks: 2 },
    "RESIZE_DEVICES",
    { metaBlocks: 1, dataBlocks: 2 },
  ],
  [requests.clientStatfs, {}, "STATFS", undefined],
])("$name sends its command, and hands on what is answered", (p, args, cmd, data) => {
  const value = { ino: 1, nr: 1 };
  const { asked, ret } = ask(p, args, { value });
  expect(asked).toEqual([{ conn, cmd, data }]);
  expect(ret).toEqual({ value });
  expect(ask(p, args, { error: "ECONNABORTED" }).ret).toEqual({ error: "ECONNABORTED" });
});

describe("inodes", () => {
  const given = (ino: number, nr: number) =>
    ask(requests.clientAllocInodes, { count: 10 }, { value: { ino, nr } }).ret;

  test("may be fewer than were asked for", () => {
    expect(given(1000, 3)).toEqual({ value: { ino: 1000, nr: 3 } });
  });
  test("that are none are ENOSPC, although the request succeeded", () => {
    expect(given(1000, 0)).toEqual({ error: "ENOSPC" });
  });
  test("beyond what a number holds are EINVAL", () => {
    expect(given(Number.MAX_SAFE_INTEGER, 1)).toMatchObject({ value: {} });
    expect(given(Number.MAX_SAFE_INTEGER, 2)).toEqual({ error: "EINVAL" });
  });
});
