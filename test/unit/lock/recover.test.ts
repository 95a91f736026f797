// What a new server is told of the locks: in batches, and with the mode that others still have to
// respect. The worker settles a batch at its end, so what is told can be older than a grant.

import { expect, test } from "vitest";
import { MAX_RECOVER_NR } from "../../../src/lock/recover.ts";
import type { LockMode, LockRules } from "../../../src/lock/types.ts";
import { recoveryTellsANewGrant } from "../../../src/variants/recovery-tells-a-new-grant.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as cluster from "./cluster.ts";
import {
  grant,
  held,
  hold,
  idle,
  invalidate,
  K,
  lockAt,
  lockWorld,
  log,
  recover,
  release,
  seen,
  soon,
  state,
  use,
} from "./world.ts";

interface Batch {
  readonly id: number;
  readonly nr: number;
  readonly locks: readonly { key: number; wseq: number; old: string; new: string }[];
}
type World = ReturnType<typeof lockWorld>;
const batches = (w: World) => seen(w, "cl_lock_recover_response") as unknown as Batch[];
const told = (w: World) =>
  batches(w)
    .at(-1)
    ?.locks.map((l) => `${l.new} at ${l.key}`);

test("as many as a message holds, from a key on, and an empty answer at the end", () => {
  const w = lockWorld();
  for (let n = 1; n <= MAX_RECOVER_NR + 3; n++) idle(w, "read", n);
  recover(w, 1);
  recover(w, 2, K(MAX_RECOVER_NR) + 1);
  recover(w, 3, K(MAX_RECOVER_NR + 3) + 1);
  expect(batches(w).map(({ id, nr }) => `${id}: ${nr}`)).toEqual(["1: 22", "2: 3", "3: 0"]);
  expect(batches(w)[1]?.locks[0]).toEqual({
    key: K(MAX_RECOVER_NR + 1),
    wseq: 7,
    old: "read",
    new: "read",
  });
});

test("the lock at that very key is among them", () => {
  const w = lockWorld();
  for (const key of [1, 2, 3]) idle(w, "read", key);
  recover(w, 1, K(2));
  expect(told(w)).toEqual(["read at 200", "read at 300"]);
});

test("a lock that is only asked for is told as null", () => {
  const w = lockWorld();
  use(w, "reader", "read");
  recover(w, 1);
  expect(told(w)).toEqual(["null at 100"]);
});

test("during an invalidation it tells the mode before it", () => {
  const w = lockWorld();
  idle(w, "write");
  state(w).test.syncUs = 20_000;
  invalidate(w, 1, ["write", "null"]);
  expect(lockAt(w)?.mode).toBe("null");
  recover(w, 1);
  expect(told(w)).toEqual(["write at 100"]);
  soon(w, 30_000);
  recover(w, 2);
  expect(told(w)).toEqual([]);
});

test("before ca526e2bc0 it told the new mode, as if the caches were clean", () => {
  const w = lockWorld({ rules: { recoveredMode: ({ mode }) => mode } });
  idle(w, "write");
  state(w).test.syncUs = 20_000;
  invalidate(w, 1, ["write", "null"]);
  recover(w, 1);
  expect(told(w)).toEqual(["null at 100"]);
});

test("one that waits for its users has its mode still", () => {
  const w = lockWorld();
  held(w, "write");
  invalidate(w, 1, ["write", "null"]);
  recover(w, 1);
  expect(told(w)).toEqual(["write at 100"]);
});

/** A read lock is answered for first in a batch that syncs, and is granted in that mode anew. */
function grantedInABatch(rules: Partial<LockRules> | undefined, to: "read" | "write") {
  const w = lockWorld({ rules: rules ?? {} });
  idle(w, "read", 1);
  idle(w, "write", 2);
  state(w).test.syncUs = 1_000_000;
  const collect = hold(w, "lock_invalidate_worker", "collect");
  invalidate(w, 1, ["read", "null"], 1);
  invalidate(w, 2, ["write", "null"], 2);
  release(w, collect);
  use(w, "user", to);
  grant(w, to);
  expect(log(w)).toContain(`user uses ${to}`);
  recover(w, 1);
  expect(lockAt(w)).toMatchObject({ mode: to, invalidatingMode: "read" });
  return told(w);
}

test("a lock that is granted anew before its batch ends is told with its mode before that", () => {
  expect(grantedInABatch(undefined, "write")).toEqual(["read at 100", "write at 200"]);
});

test("mended, it is told with what was granted, and the rest of the batch as before", () => {
  const { rules } = recoveryTellsANewGrant;
  expect(grantedInABatch(rules, "write")).toEqual(["write at 100", "write at 200"]);
  expect(grantedInABatch(rules, "read")).toEqual(["read at 100", "write at 200"]);
});

test("mended, what an invalidation leaves is still not told before it is over", () => {
  const tells = (from: LockMode, to: LockMode) => {
    const w = lockWorld({ rules: recoveryTellsANewGrant.rules ?? {} });
    idle(w, from);
    const respond = hold(w, "lock_invalidate_worker", "respond");
    invalidate(w, 1, [from, to]);
    expect(lockAt(w)).toMatchObject({ mode: to, invalidatingMode: from });
    recover(w, 1);
    release(w, respond);
    return told(w);
  };
  expect(tells("write", "null")).toEqual(["write at 100"]);
  expect(tells("write", "read")).toEqual(["write at 100"]);
  expect(tells("read", "null")).toEqual(["read at 100"]);
  expect(tells("write_only", "null")).toEqual(["write_only at 100"]);
});

test("an error of the answer goes back to the connection", () => {
  const w = lockWorld();
  state(w).test.responseError = "ENOLINK";
  recover(w, 1);
  const results = [...w.peekMount(0).results.values()];
  expect(results.at(-1)?.ret).toEqual({ error: "ENOLINK" });
});

// The same in a cluster: as scoutfs has it, who is told of as a reader is a writer.
function overAFailover(variants: readonly Variant[]) {
  const w = cluster.mountedCluster("tail", variants);
  const [a, b] = cluster.others(w) as [number, number];
  cluster.takeAndLeave(w, a, 1, "read");
  cluster.takeAndLeave(w, a, 2, "write");
  const collect = cluster.holdOn(w, a, ["lock_invalidate_worker", "collect"]);
  const sync = cluster.holdOn(w, a, ["scoutfs_trans_sync", "sync"]);
  cluster.take(w, b, 1, "write");
  cluster.take(w, b, 2, "write");
  cluster.release(w, collect);
  expect(cluster.uses(w, b, 1, "write")).toBe(true);
  cluster.leave(w, b, 1, "write");
  cluster.take(w, a, 1, "write");
  expect(cluster.lockIn(w, a, 1)).toMatchObject({ mode: "write", invalidatingMode: "read" });
  cluster.stopServer(w);
  cluster.awaitServer(w);
  cluster.take(w, b, 1, "read");
  const both = [cluster.uses(w, a, 1, "write"), cluster.uses(w, b, 1, "read")];
  cluster.release(w, sync);
  cluster.leave(w, a, 1, "write");
  return { both, after: cluster.uses(w, b, 1, "read") };
}

test("after a failover in that window two mounts use modes that exclude each other", () => {
  expect(overAFailover([]).both).toEqual([true, true]);
});

test("mended, the reader waits for the writer, and has its lock when that is done", () => {
  expect(overAFailover([recoveryTellsANewGrant])).toEqual({ both: [true, false], after: true });
});
