// Volume options: read once they are written, restored when that fails; see src/server/volopt.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import { DATA_FILL_TARGET, MKFS_DATA_BLOCKS } from "../../../src/server/sizes.ts";
import {
  ask,
  hold,
  putSuper,
  REQUESTS,
  reaches,
  release,
  request,
  SECOND,
  seen,
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

describe("volume options", () => {
  const zone = DATA_FILL_TARGET * 2;
  const set = (dataAllocZoneBlocks: number | undefined) =>
    ask(w, conn, "SET_VOLOPT", { dataAllocZoneBlocks }).error;
  const read = () => ask(w, conn, "GET_VOLOPT").data;

  test("are read from memory once they are written", () => {
    expect(set(zone)).toBeUndefined();
    expect(read()).toEqual({ dataAllocZoneBlocks: zone });
    expect(stateOf(w).server.stableSuper.volopt).toEqual({ dataAllocZoneBlocks: zone });
    expect(set(undefined)).toBeUndefined();
    expect(read()).toEqual({ dataAllocZoneBlocks: zone });
    expect(ask(w, conn, "CLEAR_VOLOPT", { dataAllocZoneBlocks: 1 }).error).toBeUndefined();
    expect(read()).toEqual({ dataAllocZoneBlocks: undefined });
  });

  test.each([DATA_FILL_TARGET - 1, MKFS_DATA_BLOCKS + 1])("refuse zones of %d blocks", (blocks) => {
    expect(set(blocks)).toBe("EINVAL");
    expect(read()).toEqual({ dataAllocZoneBlocks: undefined });
    expect(commits()).toBe(0);
  });

  test("of a failed commit are taken back from the dirty super", () => {
    set(zone);
    failIo(w, 0, 1000);
    expect(set(zone * 2)).toBe("EIO");
    expect(ask(w, conn, "CLEAR_VOLOPT", { dataAllocZoneBlocks: 1 }).error).toBe("EIO");
    failIo(w, 0, 0);
    expect(stateOf(w).server.dirtySuper.volopt).toEqual({ dataAllocZoneBlocks: zone });
    expect(read()).toEqual({ dataAllocZoneBlocks: zone });
  });

  test("are not read before they are written, and changed one request at a time", () => {
    const it = hold(w, "scoutfs_server_commit_func", "setStable");
    const data = { dataAllocZoneBlocks: zone };
    request(w, conn, { name: REQUESTS.SET_VOLOPT, cmd: "SET_VOLOPT", data });
    expect(reaches(w, it)).toBe(true);
    expect(stateOf(w).server.dirtySuper.volopt).toEqual(data);
    expect(read()).toEqual({ dataAllocZoneBlocks: undefined });
    request(w, conn, { name: REQUESTS.CLEAR_VOLOPT, cmd: "CLEAR_VOLOPT", data });
    w.runFor(SECOND);
    expect(stateOf(w).server.cusers.holding).toEqual([]);
    release(w, it);
    w.runFor(SECOND);
    expect(read()).toEqual({ dataAllocZoneBlocks: undefined });
    expect(commits()).toBe(2);
  });

  test("are those of the super block when a server starts", () => {
    w = serverWorld();
    putSuper(w, { volopt: { dataAllocZoneBlocks: zone } });
    conn = upWithClient(w);
    expect(read()).toEqual({ dataAllocZoneBlocks: zone });
  });
});
