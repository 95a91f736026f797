// Reading and writing items under a lock. Mirrors scoutfs_item_lookup, item_create with force,
// get_cached_page, read_pages and scoutfs_item_invalidate of item.c. Whoever has the lock may trust
// the cache; on a miss the whole range of the lock is read through the roots that the server hands
// out. A commit of this mount between that and the cache makes what was read useless: it could be
// older than what the commit has just cleaned.

import type { Errno, Next, Out } from "../core/index.ts";
import { done, fail, get, program } from "../core/index.ts";
import type { Lock, LockHandle, LockKey, LockMode } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Calls, Scoutfs } from "../protocol.ts";
import { dirtyItem, dropRange, findVersion, insertPage, pageAt } from "./cache.ts";
import type { CachedPage, ForestItems } from "./types.ts";

const lockOf = (m: Mount, h: LockHandle): Lock => get(m.lock.locks, h);

interface Access {
  readonly lock: LockHandle;
  readonly key: LockKey;
}

/** `lock_safe`: says so once there, and fails. */
function unsafe(l: Access, m: Mount, out: Out<Scoutfs>, mode: LockMode): boolean {
  const isSafe = out.api.lockProtected(m, l.lock, l.key, mode);
  if (!isSafe) out.note("WARN a lock does not protect what is done under it");
  return !isSafe;
}

type Miss = Next<Scoutfs, "missed", never>;
/** A lock that only writes does not read: all that it covers begins empty. */
function fillPage(l: Access, m: Mount): Miss {
  const { start, end, mode } = lockOf(m, l.lock);
  if (mode !== "write_only") return { call: "read_pages", args: { lock: l.lock }, then: "missed" };
  insertPage(m.item, { start, end, hdrSeq: 0, items: [] });
  return "missed";
}

/** What cannot be used is read again, through newer roots. */
function afterMiss(error: Errno | undefined): "find" | ReturnType<typeof fail> {
  return error === undefined || error === "ESTALE" ? "find" : fail(error);
}

export const itemLookup = program<Scoutfs>()({
  name: "scoutfs_item_lookup",
  source: "item.c:scoutfs_item_lookup",
  start: "enter",
  locals: (a: Calls["scoutfs_item_lookup"]): Access => ({ ...a }),
  waits: {},
  steps: {
    enter: (l, m, out) => (unsafe(l, m, out, "read") ? fail("EINVAL") : "find"),
    find(l, m) {
      const page = pageAt(m.item, l.key);
      if (page === undefined) return fillPage(l, m);
      const item = findVersion(page.items, l.key);
      if (item === undefined) return fail("ENOENT");
      return done({ value: { key: item.key, value: item.value, seq: item.seq } });
    },
    missed: (_l, _m, _out, { error }) => afterMiss(error),
  },
});

export const itemCreateForce = program<Scoutfs>()({
  name: "scoutfs_item_create_force",
  source: "item.c:scoutfs_item_create_force",
  start: "enter",
  locals: (a: Calls["scoutfs_item_create_force"]) => ({ ...a, seq: 0 }),
  waits: {},
  steps: {
    /** The seq is that of the moment of the call: a transaction that is held does not change. */
    enter(l, m, out) {
      l.seq = Math.max(m.trans.seq, lockOf(m, l.lock).writeSeq);
      const { mode } = lockOf(m, l.lock);
      return unsafe(l, m, out, mode === "write_only" ? mode : "write") ? fail("EINVAL") : "find";
    },
    find(l, m) {
      const page = pageAt(m.item, l.key);
      if (page === undefined) return fillPage(l, m);
      const { key, value, seq } = l;
      dirtyItem(page, { key, value, seq });
      return done({ value: { key, value, seq } });
    },
    missed: (_l, _m, _out, { error }) => afterMiss(error),
  },
});

export const readPages = program<Scoutfs>()({
  name: "read_pages",
  source: "item.c:read_pages",
  start: "sample",
  locals: ({ lock }: Calls["read_pages"]) => ({ lock, barrier: 0 }),
  waits: {},
  steps: {
    sample(l, m) {
      l.barrier = m.item.readDirtyBarrier;
      const { start, end } = lockOf(m, l.lock);
      return { call: "scoutfs_forest_read_items", args: { start, end }, then: "insert" };
    },
    insert(l, m, out, { value, error }) {
      if (error !== undefined) return fail(error);
      if (m.item.readDirtyBarrier !== l.barrier) {
        out.note("a commit came between reading items and caching them");
        return fail("ESTALE");
      }
      const { start, end } = lockOf(m, l.lock);
      const { hdrSeq, items } = value as ForestItems;
      const clean = items.map((item) => ({ ...item, dirty: false }));
      const page: CachedPage = { start, end, hdrSeq, items: clean };
      if (!insertPage(m.item, page)) out.note("two tasks read the same items");
      return done();
    },
  },
});

export const itemInvalidate = program<Scoutfs>()({
  name: "scoutfs_item_invalidate",
  source: "item.c:scoutfs_item_invalidate",
  start: "drop",
  locals: (a: Calls["scoutfs_item_invalidate"]) => ({ ...a }),
  waits: {},
  steps: {
    drop(l, m) {
      dropRange(m.item, l.start, l.end);
      return done();
    },
  },
});
