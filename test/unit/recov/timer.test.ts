// Who still recovers what, and the race between the last of them and the timer; see src/recov.

import { beforeEach, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { RECOV_ALL, RECOV_GREETING, RECOV_LOCKS, recovApi } from "../../../src/recov/api.ts";
import {
  becomes,
  call,
  elect,
  fencedRids,
  hold,
  isStatus,
  putSuper,
  reaches,
  release,
  SECOND,
  seen,
  serverWorld,
  stateOf,
  type WholeWorld,
} from "../server/world.ts";

const item = (rid: number) => ({ rid: rid as never, address: 7 as never, quorum: false });
let w: WholeWorld;
beforeEach(() => {
  w = serverWorld();
  putSuper(w, { mountedClients: [item(7), item(9)] });
  elect(w, 3);
  expect(becomes(w, "UP")).toBe(true);
});
function finish(rid: number, which: number): void {
  call(w, "scoutfs_recov_finish", { rid, which });
  w.runFor(1000);
}
const rets = () => seen(w, "recov_finish_ret").map(({ data }) => data.ret);
const pending = () => stateOf(w).recov.pending;

test("it is prepared with all that each client has to recover, then begun", () => {
  expect(seen(w, "recov_prepare").map(({ data }) => [data.rid, data.which])).toEqual([
    [7, RECOV_ALL],
    [9, RECOV_ALL],
  ]);
  expect(seen(w, "recov_begin").map(({ data }) => data.timeout_ms)).toEqual([30_000]);
});

test("an entry goes with its last bit, and only the last entry finishes", () => {
  finish(7, RECOV_GREETING);
  finish(7, RECOV_GREETING);
  expect(pending()[0]).toEqual({ rid: 7, which: RECOV_LOCKS });
  finish(9, RECOV_ALL);
  finish(7, RECOV_ALL);
  finish(7, RECOV_ALL);
  expect(rets()).toEqual([0, 0, 0, 1, 0]);
  expect(pending()).toEqual([]);
});

test("one who is prepared again gets the bits back, and questions follow the order", () => {
  const m = stateOf(w);
  finish(7, RECOV_GREETING);
  recovApi.recovPrepare(m, 7 as never, RECOV_GREETING);
  expect(pending()[0]).toEqual({ rid: 7, which: RECOV_ALL });
  expect(recovApi.recovNextPending(m, 0 as never, RECOV_LOCKS)).toBe(7);
  expect(recovApi.recovNextPending(m, 7 as never, RECOV_LOCKS)).toBe(9);
  expect(recovApi.recovNextPending(m, 9 as never, RECOV_LOCKS)).toBeUndefined();
  expect(recovApi.recovIsPending(m, 8 as never, RECOV_ALL)).toBe(false);
});

test("a timer that fires before the last finish deletes it finds nobody to fence", () => {
  finish(7, RECOV_ALL);
  w.runFor(29 * SECOND);
  const it = hold(w, "scoutfs_recov_finish", "deleteTimer");
  call(w, "scoutfs_recov_finish", { rid: 9, which: RECOV_ALL });
  expect(reaches(w, it)).toBe(true);
  w.runFor(2 * SECOND);
  release(w, it);
  w.runFor(SECOND);
  expect(seen(w, "recovery_timeout")).toHaveLength(1);
  expect(rets()).toEqual([0, 1]);
  expect(fencedRids(w)).toEqual([]);
  expect(isStatus(w, "UP")).toBe(true);
});

test("a client that finishes while the timer's work runs is fenced all the same", () => {
  const it = hold(w, "fence_pending_recov_worker", "fence");
  w.runFor(31 * SECOND);
  expect(it.held).toHaveLength(1);
  finish(7, RECOV_ALL);
  release(w, it);
  w.runFor(SECOND);
  expect(fencedRids(w)).toEqual([7, 9]);
});

test("what finishes after a shutdown finishes nothing, and no timer is left", () => {
  start(w, 0, "stop_server", { cause: "test" });
  expect(becomes(w, "DOWN")).toBe(true);
  expect(seen(w, "recov_shutdown")).toHaveLength(1);
  finish(7, RECOV_ALL);
  expect(rets()).toEqual([0]);
  w.runFor(60 * SECOND);
  expect(seen(w, "recovery_timeout")).toEqual([]);
});
