// Inode numbers: handed out once, and not heard of before they are durable; see
// src/server/alloc-inodes.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { MKFS_NEXT_INO } from "../../../src/server/sizes.ts";
import {
  ask,
  hold,
  REQUESTS,
  reaches,
  release,
  request,
  returned,
  SECOND,
  seen,
  sentTo,
  serverWorld,
  stateOf,
  upWithClient,
  type WholeWorld,
} from "./world.ts";

let w: WholeWorld;
let conn: ConnHandle;
beforeEach(() => {
  w = serverWorld();
  conn = upWithClient(w);
});
const commits = () => seen(w, "server_commit_end").length;

describe("inode numbers", () => {
  test("are handed out once, each lot in a commit of its own", () => {
    expect(ask(w, conn, "ALLOC_INODES", { count: 100 }).data).toEqual({
      ino: MKFS_NEXT_INO,
      nr: 100,
    });
    expect(ask(w, conn, "ALLOC_INODES", { count: 10 }).data).toEqual({
      ino: MKFS_NEXT_INO + 100,
      nr: 10,
    });
    expect(stateOf(w).server.stableSuper.nextIno).toBe(MKFS_NEXT_INO + 110);
    expect(commits()).toBe(2);
  });

  test("that two ask for at once share a commit and differ", () => {
    for (const count of [5, 7]) {
      request(w, conn, { name: REQUESTS.ALLOC_INODES, cmd: "ALLOC_INODES", data: { count } });
    }
    w.runFor(SECOND);
    const got = sentTo(w, conn).map(({ data }) => data as { ino: number; nr: number });
    expect(new Set(got.map(({ ino }) => ino)).size).toBe(2);
    expect(stateOf(w).server.stableSuper.nextIno).toBe(MKFS_NEXT_INO + 12);
  });

  test("are not given back when the commit fails, and the client hears no number", () => {
    failIo(w, 0, 1000);
    expect(ask(w, conn, "ALLOC_INODES", { count: 100 })).toEqual({ error: "EIO", data: undefined });
    expect(returned(w, REQUESTS.ALLOC_INODES)).toEqual([undefined]);
    failIo(w, 0, 0);
    expect(ask(w, conn, "ALLOC_INODES", { count: 1 }).data).toEqual({
      ino: MKFS_NEXT_INO + 100,
      nr: 1,
    });
  });

  test("are not heard of before they are durable", () => {
    const it = hold(w, "scoutfs_server_commit_func", "setStable");
    request(w, conn, { name: REQUESTS.ALLOC_INODES, cmd: "ALLOC_INODES", data: { count: 5 } });
    expect(reaches(w, it)).toBe(true);
    w.runFor(SECOND);
    expect(sentTo(w, conn)).toEqual([]);
    release(w, it);
    w.runFor(SECOND);
    expect(sentTo(w, conn)).toHaveLength(1);
  });

  test("that cannot be answered end the connection", () => {
    const it = hold(w, "server_alloc_inodes", "respond");
    request(w, conn, { name: REQUESTS.ALLOC_INODES, cmd: "ALLOC_INODES", data: { count: 5 } });
    expect(reaches(w, it)).toBe(true);
    stateOf(w).super.forcingUnmount = true;
    release(w, it);
    w.runFor(SECOND);
    expect(returned(w, REQUESTS.ALLOC_INODES)).toEqual(["ENOLINK"]);
  });
});
