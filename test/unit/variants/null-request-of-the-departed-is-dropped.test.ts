// A mount asks its server to take a lock back and leaves, and the server handles that last. See
// src/variants/null-request-of-the-departed-is-dropped.ts.

import { expect, test } from "vitest";
import { variantsOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { NetLock } from "../../../src/lock/types.ts";
import { nullRequestOfTheDepartedIsDropped } from "../../../src/variants/null-request-of-the-departed-is-dropped.ts";
import type { Variant } from "../../../src/variants/types.ts";
import {
  type Cluster,
  count,
  hold,
  mounted,
  ops,
  peek,
  reaches,
  read,
  release,
  SECOND,
} from "../trans/world.ts";

const INO = 5;
const LEAVES = 1;
const READS = 2;
const WRITES = 3;

/** The task whose request is about that lock stays held; the others go on, and who comes later. */
function keepOne(w: Cluster, it: Hold, key: number): () => void {
  const isIt = ({ mount, slot }: Hold["held"][number]): boolean => {
    const locals = w.peekMount(mount).tasks[slot]?.frames.at(-1)?.locals;
    return (locals as { readonly data: NetLock }).data.key === key;
  };
  const kept = it.held.filter(isIt);
  const others = it.held.splice(0).filter((held) => !isIt(held));
  it.held.push(...others);
  open(w, it);
  expect(kept).toHaveLength(1);
  return () => {
    it.held.push(...kept);
    open(w, it);
  };
}

function requestComesLate(variants: readonly Variant[]) {
  const w = mounted({ mounts: 4, variants });
  for (const n of [LEAVES, READS]) read(w, n, INO);
  const rids = [LEAVES, READS].map((n) => peek(w, n).super.rid);
  const lockOf = () => {
    const { locks } = peek(w, 0).lockServer;
    return locks.find(({ granted }) => rids.every((r) => granted.some(({ rid }) => rid === r)));
  };
  const key = lockOf()?.key ?? -1;
  const asked = hold(w, "server_lock", "ask", 0);
  start(w, LEAVES, "scoutfs_free_unused_locks");
  w.runFor(SECOND / 10);
  const handle = keepOne(w, asked, key);
  const answers = hold(w, "lock_invalidate_worker", "respond", READS);
  start(w, WRITES, "write_file", { ino: INO, value: 7 });
  expect(reaches(w, answers)).toBe(true);
  start(w, LEAVES, "umount");
  w.runUntil(() => count(w, "unmounted") > 0, w.now + 20 * SECOND);
  handle();
  w.runFor(SECOND);
  release(w, answers);
  w.runFor(SECOND);
  expect(ops(w).at(-1)).toMatchObject({ what: "write", error: undefined });
  const value = read(w, READS, INO);
  w.runFor(100 * SECOND);
  const waiting = peek(w, 0).lockServer.locks.find((lock) => lock.key === key)?.requested ?? [];
  const mountedRids = peek(w, 0).server.stableSuper.mountedClients.map(({ rid }) => rid);
  return {
    unmounted: count(w, "unmounted"),
    value,
    waiting: waiting.map(({ rid, mode }) => [rids.indexOf(rid), mode]),
    ghosts: waiting.filter(({ rid }) => !mountedRids.includes(rid)).length,
  };
}

test("a lock is free for others, where main keeps it for the request of one who has left", () => {
  const own = nullRequestOfTheDepartedIsDropped;
  const others = variantsOf(["mended", `not:${own.id}`]);
  const waiting = [
    [0, "null"],
    [1, "read"],
  ];
  const main = { unmounted: 1, value: undefined, waiting, ghosts: 1 };
  const mended = { unmounted: 1, value: 7, waiting: [], ghosts: 0 };
  expect(requestComesLate([])).toEqual(main);
  expect(requestComesLate(others)).toEqual(main);
  expect(requestComesLate([own])).toEqual(mended);
  expect(requestComesLate([...others, own])).toEqual(mended);
});
