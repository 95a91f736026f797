// Unlinked files go with their last user, by whoever may delete them; see src/inode/delete.ts,
// evict.ts and orphan-scan.ts. The last part shows what main does not keep.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import * as hosts from "../../../sim/engine/hosts.ts";
import {
  begin,
  does,
  files,
  holdOn,
  INO,
  itemOf,
  leaderOf,
  othersOf,
  release,
  SECOND,
  seen,
} from "./world.ts";

const SCANS = { orphanScanDelayMs: 1000 };
const ORPHAN = { ino: INO, nlink: 0, orphan: true };

describe("a file that is unlinked", () => {
  test("goes at once when nobody else has it", () => {
    const w = files();
    expect(does(w, 0, "create")).toBe("ok");
    expect(itemOf(w)).toEqual({ ino: INO, nlink: 1, orphan: false });
    expect(does(w, 0, "close")).toBe("ok");
    expect(does(w, 1, "unlink")).toBe("ok");
    expect(itemOf(w)).toBeUndefined();
    expect(does(w, 2, "open")).toBe("ENOENT");
    expect(seen(w, "delete_inode_end")).toMatchObject([{ mount: 1, ino: INO, ret: 0 }]);
    expect(w.violations).toEqual([]);
  });

  test("goes with the last close of the mount that unlinked it", () => {
    const w = files();
    does(w, 1, "create");
    does(w, 1, "unlink");
    expect(itemOf(w)).toEqual(ORPHAN);
    does(w, 1, "close");
    expect(itemOf(w)).toBeUndefined();
    expect(w.violations).toEqual([]);
  });

  test("stays while another mount has it open, and is deleted by a scan after that", () => {
    const w = files(SCANS);
    does(w, 1, "create");
    does(w, 1, "close");
    expect(does(w, 2, "open")).toBe("ok");
    expect(does(w, 1, "unlink")).toBe("ok");
    w.runFor(5 * SECOND);
    expect(itemOf(w)).toEqual(ORPHAN);
    expect(seen(w, "try_delete_cached").length).toBeGreaterThan(0);
    does(w, 2, "close");
    w.runFor(5 * SECOND);
    expect(itemOf(w)).toBeUndefined();
    expect(w.violations).toEqual([]);
  });

  test("and is open elsewhere survives a failover, until it is closed", () => {
    const w = files(SCANS);
    const [a, b] = othersOf(w);
    does(w, a, "create");
    does(w, a, "close");
    does(w, b, "open");
    start(w, leaderOf(w), "stop_server", { cause: "test" });
    begin(w, a, "unlink");
    w.runFor(10 * SECOND);
    expect(seen(w, "omap_finished_recovery")).toHaveLength(1);
    expect(itemOf(w)).toEqual(ORPHAN);
    does(w, b, "close");
    w.runFor(5 * SECOND);
    expect(itemOf(w)).toBeUndefined();
    expect(w.violations).toEqual([]);
  });

  test("and was open on a mount that crashed goes by a scan, once that one is reclaimed", () => {
    const w = files({ ...SCANS, agent: { run: "power" } });
    const [a, b] = othersOf(w);
    does(w, a, "create");
    does(w, a, "unlink");
    hosts.powerOff(w, a);
    w.runFor(5 * SECOND);
    expect(itemOf(w)).toEqual(ORPHAN);
    w.runUntil(() => itemOf(w) === undefined, w.now + 120 * SECOND);
    expect(seen(w, "reclaim_rid_ret")).toHaveLength(1);
    expect(itemOf(w)).toBeUndefined();
    expect(seen(w, "delete_inode_end").every(({ mount }) => mount !== a)).toBe(true);
    expect(b).not.toBe(a);
    expect(w.violations).toEqual([]);
  });
});

describe("an inode in the cache that nobody uses", () => {
  test("stays while others read, and leaves when somebody wants to write", () => {
    const w = files();
    const bits = (n: number) => w.peekMount(n).state.omap.groups.flatMap((group) => group.bits);
    does(w, 1, "create");
    does(w, 1, "close");
    does(w, 2, "open");
    does(w, 2, "close");
    expect([bits(1), bits(2)]).toEqual([[6], [6]]);
    does(w, 0, "create", INO + 1);
    expect([bits(0), bits(1), bits(2)]).toEqual([[7], [], []]);
  });

  test("is evicted by an unmount, and so is what is open by nobody else", () => {
    const w = files();
    does(w, 1, "create");
    start(w, 1, "umount", { force: false });
    w.runFor(SECOND);
    expect(seen(w, "unmount_refused")).toHaveLength(1);
    does(w, 1, "unlink");
    does(w, 1, "close");
    does(w, 1, "create", INO + 1);
    does(w, 1, "close", INO + 1);
    start(w, 1, "umount", { force: false });
    w.runFor(3 * SECOND);
    expect(seen(w, "unmounted")).toHaveLength(1);
    expect(seen(w, "evict_inode").filter(({ mount }) => mount === 1)).toHaveLength(2);
    expect(w.peekMount(1).state.omap.groups).toEqual([]);
    expect(w.violations).toEqual([]);
  });
});

describe("tasks of one mount", () => {
  test("that open and evict an inode at once: the open waits, and finds it gone", () => {
    const w = files();
    does(w, 1, "create");
    const look = holdOn(w, 1, "open_inode", "lookedUp");
    begin(w, 1, "open");
    w.runFor(SECOND / 10);
    does(w, 1, "unlink");
    const evict = holdOn(w, 1, "try_delete_inode_items", "testMaps");
    begin(w, 1, "close");
    w.runFor(SECOND / 10);
    release(w, look);
    expect(seen(w, "ino").filter(({ what }) => what === "open_inode")).toEqual([]);
    release(w, evict);
    expect(seen(w, "ino")).toContainEqual(
      expect.objectContaining({ what: "open_inode", error: "ENOENT" }),
    );
    expect(w.violations).toEqual([]);
  });

  test("that delete two inodes of a group ask the server once", () => {
    const w = files();
    for (const ino of [INO, INO + 1]) {
      does(w, 1, "create", ino);
      does(w, 1, "unlink", ino);
    }
    const asked = holdOn(w, 1, "scoutfs_client_open_ino_map", "answered");
    begin(w, 1, "close", INO);
    begin(w, 1, "close", INO + 1);
    w.runFor(SECOND / 10);
    expect(asked.held).toHaveLength(1);
    release(w, asked);
    expect([itemOf(w, INO), itemOf(w, INO + 1)]).toEqual([undefined, undefined]);
  });

  test("a forced unmount ends a deletion that waits for the server", () => {
    const w = files();
    const [a] = othersOf(w);
    does(w, a, "create");
    does(w, a, "unlink");
    const copy = holdOn(w, leaderOf(w), "omap_handle_request", "copy");
    begin(w, a, "close");
    w.runFor(SECOND);
    expect(copy.held).toHaveLength(1);
    start(w, a, "umount", { force: true });
    w.runFor(2 * SECOND);
    expect(itemOf(w)).toEqual(ORPHAN);
    expect(seen(w, "ino").at(-1)).toMatchObject({ what: "close_inode" });
  });
});

describe("what main does not keep", () => {
  test("a map is not asked for again while the lock stays, so the inode stays too", () => {
    const w = files(SCANS);
    const [a, b] = othersOf(w);
    does(w, a, "create");
    does(w, a, "close");
    does(w, b, "open");
    const others = [b, leaderOf(w)];
    const noScans = others.map((n) => holdOn(w, n, "inode_orphan_scan_worker", "enter"));
    does(w, a, "unlink");
    does(w, b, "close");
    w.runFor(120 * SECOND);
    expect(noScans.every(({ held }) => held.length === 1)).toBe(true);
    expect(itemOf(w)).toEqual(ORPHAN);
    const tries = seen(w, "try_delete_cached").filter(({ mount }) => mount === a);
    expect(tries.length).toBeGreaterThan(50);
    for (const it of noScans) release(w, it);
    w.runFor(5 * SECOND);
    expect(itemOf(w)).toBeUndefined();
  });
});
