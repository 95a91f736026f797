// Locks of a whole cluster: three mounts with their quorum, servers and clients. A test says who
// takes and leaves which lock, holds an invalidation where it wants it, and stops the server.

import { start } from "../../../sim/engine/build.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import { mainApi } from "../../../src/api.ts";
import { inoRange } from "../../../src/lock/keys.ts";
import { lockOf, lookupLock } from "../../../src/lock/locks.ts";
import type { Lock, LockMode } from "../../../src/lock/types.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { SECOND, stateOf, type WholeWorld, wholeWorld } from "../server/world.ts";

const MOUNTS = [0, 1, 2];
/** An inode of the lock with that number. */
const inoOf = (lock: number): number => lock * 1024;

export function mountedCluster(seed: string, variants: readonly Variant[] = []): WholeWorld {
  const w = wholeWorld({ mounts: MOUNTS.length, seed, variants });
  for (const n of MOUNTS) start(w, n, "scoutfs_fill_super");
  w.runFor(5 * SECOND);
  return w;
}

export const leaderOf = (w: WholeWorld): number =>
  MOUNTS.find((n) => stateOf(w, n).server.status === "UP") ?? -1;
/** Those that carry no server, in order. */
export const others = (w: WholeWorld): number[] => MOUNTS.filter((n) => n !== leaderOf(w));

export function lockIn(w: WholeWorld, mount: number, lock: number): Lock | undefined {
  const m = w.peekMount(mount).state;
  const h = lookupLock(m, inoRange(inoOf(lock)).start);
  return h === undefined ? undefined : lockOf(m, h);
}
export const uses = (w: WholeWorld, mount: number, lock: number, mode: LockMode): boolean =>
  (lockIn(w, mount, lock)?.users[mode] ?? 0) > 0;

/** A tenth of a second: nothing but a failover takes longer. */
const WHILE = SECOND / 10;

export function take(w: WholeWorld, mount: number, lock: number, mode: LockMode): void {
  start(w, mount, "scoutfs_lock_ino", { mode, ino: inoOf(lock) });
  w.runFor(WHILE);
}
export function leave(w: WholeWorld, mount: number, lock: number, mode: LockMode): void {
  const m = w.mount(mount).state;
  const h = lookupLock(m, inoRange(inoOf(lock)).start);
  if (h === undefined) throw new Error(`mount ${mount} has no lock ${lock}`);
  w.out.enter(mount, -1);
  mainApi.unlock(m, w.out as never, h, mode);
  w.runFor(WHILE);
}
export function takeAndLeave(w: WholeWorld, mount: number, lock: number, mode: LockMode): void {
  take(w, mount, lock, mode);
  leave(w, mount, lock, mode);
}

/** Whoever comes to that label on that mount waits there until it is released. */
export function holdOn(w: WholeWorld, mount: number, at: readonly [string, string]): Hold {
  const [program, label] = at;
  const it: Hold = { program, label, until: { is: "released" }, mount, held: [], open: false };
  w.holds.push(it);
  return it;
}
export function release(w: WholeWorld, it: Hold): void {
  open(w, it);
  w.runFor(WHILE);
}

/** From here on nobody is answered, until the others have elected. */
export function stopServer(w: WholeWorld): void {
  start(w, leaderOf(w), "stop_server", { cause: "test" });
  w.runFor(WHILE);
}
/** The next server is up and has recovered all locks when this returns. */
export function awaitServer(w: WholeWorld): void {
  w.runFor(5 * SECOND);
  if (leaderOf(w) < 0) throw new Error("no server came up");
}
