// The volume grows; see src/server/resize.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { ConnHandle } from "../../../src/net/types.ts";
import {
  DATA_DEVICE_BLOCKS,
  META_DEVICE_BLOCKS,
  MKFS_DATA_BLOCKS,
  MKFS_META_BLOCKS,
} from "../../../src/server/sizes.ts";
import { ask, seen, serverWorld, upWithClient, type WholeWorld } from "./world.ts";

let w: WholeWorld;
let conn: ConnHandle;
beforeEach(() => {
  w = serverWorld();
  conn = upWithClient(w);
});
const commits = () => seen(w, "server_commit_end").length;

describe("a resize", () => {
  const resize = (metaBlocks: number, dataBlocks: number) =>
    ask(w, conn, "RESIZE_DEVICES", { metaBlocks, dataBlocks }).error;
  const totals = () => ask(w, conn, "STATFS").data;

  test("grows either device, and may come twice", () => {
    expect(resize(META_DEVICE_BLOCKS, 0)).toBeUndefined();
    expect(totals()).toEqual({ metaBlocks: META_DEVICE_BLOCKS, dataBlocks: MKFS_DATA_BLOCKS });
    for (let n = 0; n < 2; n++) {
      expect(resize(META_DEVICE_BLOCKS, DATA_DEVICE_BLOCKS)).toBeUndefined();
    }
    expect(totals()).toEqual({ metaBlocks: META_DEVICE_BLOCKS, dataBlocks: DATA_DEVICE_BLOCKS });
    expect(commits()).toBe(3);
  });

  test.each([
    ["shrinks", MKFS_META_BLOCKS - 1, 0],
    ["asks for more than the device has", 0, DATA_DEVICE_BLOCKS + 1],
  ])("that %s is refused", (_what, meta, data) => {
    expect(resize(meta, data)).toBe("EINVAL");
    expect(totals()).toEqual({ metaBlocks: MKFS_META_BLOCKS, dataBlocks: MKFS_DATA_BLOCKS });
  });

  test("whose commit fails stays dirty, and the next one writes it", () => {
    failIo(w, 0, 1000);
    expect(resize(META_DEVICE_BLOCKS, 0)).toBe("EIO");
    failIo(w, 0, 0);
    expect(totals()).toMatchObject({ metaBlocks: MKFS_META_BLOCKS });
    ask(w, conn, "ALLOC_INODES", { count: 1 });
    expect(totals()).toMatchObject({ metaBlocks: META_DEVICE_BLOCKS });
  });
});
