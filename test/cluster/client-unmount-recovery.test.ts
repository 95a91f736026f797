// The equivalent of scoutfs's client-unmount-recovery test, 60 s: the server unmounts together with
// all clients outside the quorum, so that these say farewell while the next server recovers them;
// then all mount again. No lock server may hold a lock of a mount that is gone.

import { expect, test } from "vitest";
import {
  beginUmount,
  dirty,
  makeBed,
  mounts,
  NRS,
  ridOf,
  ridsWithLocks,
  SECOND,
  SLOTS,
  seedsOf,
  serverNr,
  waitUnmounted,
} from "./people.ts";

const LENGTH_US = 60 * SECOND;

const SEEDS = seedsOf("a", "b", "c");

test.each(SEEDS)("client-unmount-recovery, seed %s", (seed) => {
  const bed = makeBed(seed);
  mounts(bed, NRS);
  let rounds = 0;
  for (const end = bed.w.now + LENGTH_US; bed.w.now < end; rounds++) {
    for (const nr of NRS) dirty(bed, nr);
    expect(ridsWithLocks(bed)).not.toEqual([]);
    const server = serverNr(bed);
    const leaving = [server, ...NRS.filter((nr) => nr >= SLOTS)];
    for (const nr of leaving) beginUmount(bed, nr);
    waitUnmounted(bed, leaving);
    mounts(bed, leaving);
    const mounted = NRS.map((nr) => ridOf(bed, nr));
    for (const rid of ridsWithLocks(bed)) expect(mounted).toContain(rid);
  }
  expect(rounds).toBeGreaterThan(20);
});
