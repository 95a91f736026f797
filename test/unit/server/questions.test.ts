// Which state each question is answered from; see src/server/questions.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { Rid } from "../../../src/core/index.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import { ask, seen, serverWorld, stateOf, upWithClient, type WholeWorld } from "./world.ts";

let w: WholeWorld;
let conn: ConnHandle;
beforeEach(() => {
  w = serverWorld();
  conn = upWithClient(w);
});

describe("questions", () => {
  test("about roots are answered from the last commit", () => {
    const rootsOf = (hdrSeq: number) => ({ hdrSeq, fsRoot: undefined, logRoots: [] });
    stateOf(w).server.dirtySuper.hdrSeq = 77;
    expect(ask(w, conn, "GET_ROOTS").data).toEqual(rootsOf(0));
    ask(w, conn, "ALLOC_INODES", { count: 1 });
    expect(ask(w, conn, "GET_ROOTS").data).toEqual(rootsOf(78));
  });

  test("about the last seq stop below what a mounted client has open", () => {
    const item = (rid: number) => ({ rid: rid as Rid, address: 7 as never, quorum: false });
    stateOf(w).server.seq = 100;
    expect(ask(w, conn, "GET_LAST_SEQ").data).toEqual({ seq: 99 });
    stateOf(w).server.dirtySuper.mountedClients = [item(5), item(7)];
    stateOf(w).server.dirtySuper.logTrees = [
      { ...newLogTrees(5 as Rid, 1), getTransSeq: 60, commitTransSeq: 60 },
      { ...newLogTrees(6 as Rid, 1), getTransSeq: 50, commitTransSeq: 40 },
      { ...newLogTrees(7 as Rid, 1), getTransSeq: 20, commitTransSeq: 10 },
      { ...newLogTrees(7 as Rid, 2), getTransSeq: 80, commitTransSeq: 70 },
    ];
    expect(ask(w, conn, "GET_LAST_SEQ").data).toEqual({ seq: 79 });
    expect(seen(w, "trans_seq_last").map(({ data }) => data.trans_seq)).toEqual([99, 79]);
  });

  test("that need a tree hear of its error", () => {
    stateOf(w).server.btreeError = "EIO";
    for (const cmd of ["STATFS", "GET_LAST_SEQ"] as const)
      expect(ask(w, conn, cmd).error).toBe("EIO");
    expect(ask(w, conn, "GET_ROOTS").error).toBeUndefined();
  });
});
