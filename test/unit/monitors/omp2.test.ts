// OMP2: what was unlinked goes within two scans of the last use, where two mounts scan.

import { expect, test } from "vitest";
import { inoKey } from "../../../src/lock/api.ts";
import { omp2 } from "../../../src/monitors/omp2.ts";

type Line = readonly [atS: number, kind: string, mount: number, data?: object];
const SECOND = 1_000_000;

const INO = 1029;
const call = (atS: number, mount: number, what: string, error?: string): Line => {
  return [atS, "ino", mount, { rid: 100 + mount, what, ino: INO, error }];
};
const cluster = (scans: object): Line[] => [
  [0, "cluster", -1, { slots: 1, heartbeatTimeoutMs: 2000, ...scans }],
  [0, "incarnation", 0, { rid: 100, slot: 0 }],
  [0, "quorum_block_event_ret", 0, { event: "BEGIN", ret: 0 }],
];
const comes = (mount: number): Line => [1, "mounted", mount, { rid: 100 + mount }];
const two = [...cluster({ orphanScanDelayMs: 10_000 }), comes(0), comes(1)];
const opens = call(2, 1, "open_inode");
const unlinks = call(3, 0, "unlink_inode");
const deleted: Line = [4, "delete_inode_end", 0, { ino: INO, ret: 0 }];

/** What is found up to \`untilS\`. */
function judged(lines: readonly Line[], untilS: number): string[] {
  const state = omp2.start();
  const found: string[] = [];
  for (const [atS, kind, mount, data = {}] of [...lines, [untilS, "quorum_loop", 0] as Line]) {
    const judge = {
      now: atS * SECOND,
      violate: (place: string, text: string) => found.push(`${place}: ${text}`),
    };
    omp2.on({ seq: 0, at: atS * SECOND, mount, kind, data }, state, judge);
  }
  return found;
}

test("two scans and slack after the unlink it is gone", () => {
  expect(judged([...two, unlinks], 38)).toEqual([
    "inode 1029: it is unlinked, nobody has it open, and 35 s did not do",
  ]);
  expect(judged([...two, unlinks], 36)).toEqual([]);
  expect(judged([...two, unlinks, deleted], 100)).toEqual([]);
  expect(judged([...two, call(3, 0, "unlink_inode", "ENOENT")], 100)).toEqual([]);
});

test("a deletion that fails does not do, and one may come before its unlink is told", () => {
  const fails: Line = [4, "delete_inode_end", 0, { ino: INO, ret: "EIO" }];
  expect(judged([...two, unlinks, fails], 100)).toHaveLength(1);
  expect(judged([...two, deleted, call(5, 0, "unlink_inode")], 100)).toEqual([]);
});

test("as long as somebody has it open nothing is owed, and then anew", () => {
  expect(judged([...two, opens, unlinks], 100)).toEqual([]);
  expect(judged([...two, opens, unlinks, call(50, 1, "close_inode")], 80)).toEqual([]);
  expect(judged([...two, opens, unlinks, call(50, 1, "close_inode")], 90)).toHaveLength(1);
  const twice = [opens, opens, unlinks, call(50, 1, "close_inode")];
  expect(judged([...two, ...twice], 200)).toEqual([]);
});

test("a client that died is noticed by its silence: until then nothing is owed", () => {
  const dies: Line = [30, "dead", 1];
  const some = [...two, comes(2), unlinks, dies];
  expect(judged(some, 88)).toEqual([]);
  expect(judged(some, 89)).toHaveLength(1);
  expect(judged([...some, [40, "server_start", 0]], 88)).toEqual([]);
});

test("one that waits for others to be deleted is owed after them", () => {
  const other: Line = [30, "delete_inode_end", 0, { ino: INO - 1, ret: 0 }];
  expect(judged([...two, unlinks, other], 64)).toEqual([]);
  expect(judged([...two, unlinks, other], 65)).toHaveLength(1);
  const fails: Line = [30, "delete_inode_end", 0, { ino: INO - 1, ret: "EIO" }];
  expect(judged([...two, unlinks, fails], 38)).toHaveLength(1);
});

test("whoever comes for one that others have deleted takes a turn, once", () => {
  const other = { ino: INO - 1 };
  const gone: Line = [5, "delete_inode_end", 0, { ...other, ret: 0 }];
  const late = (atS: number, mount: number): Line => [atS, "try_delete_no_item", mount, other];
  const some = [...two, comes(2), unlinks, gone, late(30, 1)];
  expect(judged(some, 64)).toEqual([]);
  expect(judged(some, 65)).toEqual([
    "inode 1029: it is unlinked, nobody has it open, and 35 s did not do",
  ]);
  expect(judged([...some, late(50, 2)], 84)).toEqual([]);
  expect(judged([...some, late(50, 2)], 85)).toHaveLength(1);
  expect(judged([...some, late(50, 1)], 65)).toHaveLength(1);
  expect(judged([...two, unlinks, late(30, 1)], 38)).toHaveLength(1);
});

test("what is open on a mount that is gone keeps nothing", () => {
  const dies: Line = [10, "dead", 1];
  expect(judged([...two, comes(2), opens, unlinks, dies], 200)).toHaveLength(1);
});

test("what stops a scan begins the wait anew", () => {
  expect(judged([...two, unlinks, [30, "server_start", 0]], 60)).toEqual([]);
  expect(judged([...two, unlinks, [30, "server_start", 0]], 70)).toHaveLength(1);
});

test("it is owed anew when a lost client is back, gone or fenced, or its server is no more", () => {
  const conn = { conn: 7, conn_rid: 101, accepted: true };
  const lost: Line = [10, "conn_shutdown_complete", 0, { ...conn, flags: "x|reconn_wait" }];
  const asked: Line = [30, "fence.start", 0, { rid: 101 }];
  const gone: Line = [31, "conn_destroy_start", 0, conn];
  const fenced: Line = [50, "fence.fenced", 0, { rid: 101 }];
  const some = [...two, unlinks, lost];
  expect(judged(some, 200)).toEqual([]);
  expect(judged([...some, gone], 65)).toEqual([]);
  expect(judged([...some, gone], 66)).toHaveLength(1);
  expect(judged([...some, asked, gone], 200)).toEqual([]);
  expect(judged([...some, asked, gone, fenced], 84)).toEqual([]);
  expect(judged([...some, asked, gone, fenced], 85)).toHaveLength(1);
  const down: Line = [20, "server.status", 0, { to: "DOWN" }];
  expect(judged([...some, down], 55)).toHaveLength(1);
  const stranger: Line = [10, "conn_shutdown_complete", 0, { ...conn, conn_rid: 0, flags: "" }];
  expect(judged([...two, unlinks, stranger], 46)).toHaveLength(1);
});

test("a single mount owes it too, and mounts that do not scan owe nothing", () => {
  const [first, second, third] = cluster({ orphanScanDelayMs: 10_000 });
  const single = [first, second, third, comes(0), unlinks] as Line[];
  expect(judged(single, 38)).toHaveLength(1);
  expect(judged([...cluster({}), comes(0), comes(1), unlinks], 200)).toEqual([]);
});

test("while the lock of its group is used for long nothing is owed, and then anew", () => {
  const use = (atS: number, kind: string, key: number, mount = 1): Line => {
    return [atS, kind, mount, { key, task: 7 }];
  };
  const group = inoKey(1024);
  const held = use(10, "lock_locked", group);
  expect(judged([...two, unlinks, held], 38)).toEqual([]);
  expect(judged([...two, unlinks, held, use(30, "lock_unlock", group)], 60)).toEqual([]);
  expect(judged([...two, unlinks, held, use(30, "lock_unlock", group)], 66)).toHaveLength(1);
  expect(judged([...two, unlinks, held, use(10.5, "lock_unlock", group)], 38)).toHaveLength(1);
  const other = inoKey(2048);
  const elsewhere = [use(10, "lock_locked", other), use(30, "lock_unlock", other)];
  expect(judged([...two, unlinks, ...elsewhere.slice(0, 1)], 38)).toHaveLength(1);
  expect(judged([...two, unlinks, ...elsewhere], 38)).toHaveLength(1);
});

test("while all scans wait for a lock of another group nothing is owed, and then anew", () => {
  const earlier = 7;
  const at = (atS: number, mount: number, kind = "orphan_scan_work"): Line => {
    return [atS, kind, mount, { ino: earlier, ret: 0 }];
  };
  const use = (atS: number, kind: string): Line => [atS, kind, 1, { key: inoKey(0), task: 7 }];
  const held = [...two, unlinks, use(10, "lock_locked"), at(11, 0), at(12, 1)];
  expect(judged(held, 200)).toEqual([]);
  expect(judged([...held, use(30, "lock_unlock")], 64)).toEqual([]);
  expect(judged([...held, use(30, "lock_unlock")], 65)).toHaveLength(1);
  expect(judged([...held, at(30, 1, "orphan_scan_end")], 38)).toHaveLength(1);
  const over: Line = [31, "orphan_scan_work", 1, { ino: 0 }];
  expect(judged([...held, at(30, 1, "orphan_scan_end"), over], 38)).toHaveLength(1);
  const oneIsFree = held.slice(0, -1);
  expect(judged(oneIsFree, 38)).toHaveLength(1);
  expect(judged([...oneIsFree, use(30, "lock_unlock")], 38)).toHaveLength(1);
  const short = [...held.slice(0, -2), use(10.5, "lock_unlock"), at(11, 0), at(12, 1)];
  expect(judged(short, 38)).toHaveLength(1);
});

test("a scan that ends with its mount waits no more", () => {
  const use: Line = [10, "lock_locked", 0, { key: inoKey(0), task: 7 }];
  const at = (mount: number): Line => [11, "orphan_scan_work", mount, { ino: 7 }];
  const back: Line[] = [
    [20, "dead", 1],
    [20, "mounted", 1, { rid: 109 }],
  ];
  const held = [...two, comes(2), unlinks, use, at(0), at(1), at(2)];
  expect(judged(held, 200)).toEqual([]);
  expect(judged([...held, ...back], 200)).toHaveLength(1);
});
