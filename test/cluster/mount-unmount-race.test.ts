// The equivalent of scoutfs's mount-unmount-race test, 30 s: in each round every mount is changed
// or left alone by the toss of a coin, all at once; a majority of the quorum members stays. Each
// mount and unmount succeeds.

import { expect, test } from "vitest";
import {
  beginMount,
  beginUmount,
  checkUse,
  dirty,
  MAJORITY,
  makeBed,
  mounts,
  NRS,
  SECOND,
  SLOTS,
  seedsOf,
  slotOf,
  waitMounted,
  waitUnmounted,
} from "./people.ts";

const LENGTH_US = 30 * SECOND;

const SEEDS = seedsOf("a", "b", "c");

test.each(SEEDS)("mount-unmount-race, seed %s", (seed) => {
  const bed = makeBed(seed);
  const { w } = bed;
  const coin = (what: string) => w.pick(0, what, 2) === 1;
  mounts(bed, NRS);
  let members = SLOTS;
  let changes = 0;
  for (const end = w.now + LENGTH_US; w.now < end; ) {
    for (const nr of NRS) if (slotOf(bed, nr).mounted && coin("dirty")) dirty(bed, nr);
    const coming: number[] = [];
    const going: number[] = [];
    for (const nr of NRS) {
      if (!coin("change")) continue;
      const isMember = nr < SLOTS;
      if (!slotOf(bed, nr).mounted) {
        beginMount(bed, nr);
        coming.push(nr);
        if (isMember) members++;
      } else if (!isMember || members > MAJORITY) {
        beginUmount(bed, nr);
        going.push(nr);
        if (isMember) members--;
      }
    }
    waitUnmounted(bed, going);
    waitMounted(bed, coming);
    w.runFor(SECOND / 100);
    changes += coming.length + going.length;
  }
  mounts(
    bed,
    NRS.filter((nr) => !slotOf(bed, nr).mounted),
  );
  checkUse(bed);
  expect(changes).toBeGreaterThan(50);
});
