// The equivalent of scoutfs's fence-and-reclaim test: mounts are unmounted by force, one, all but
// the server, the server, all; each is fenced within 90 s and can be mounted again, and the others
// get at what it held.

import { expect, test } from "vitest";
import {
  checkUse,
  forceUmount,
  makeBed,
  mounts,
  NRS,
  ridOf,
  ridsWithLocks,
  serverNr,
  verifyFenced,
} from "./people.ts";

test.each(["a", "b", "c"])("fence-and-reclaim, seed %s", (seed) => {
  const bed = makeBed(seed);
  mounts(bed, NRS);
  checkUse(bed);

  const client = NRS.find((nr) => nr !== serverNr(bed)) as number;
  const lost = ridOf(bed, client);
  expect(ridsWithLocks(bed)).toContain(lost);
  forceUmount(bed, client);
  verifyFenced(bed, [lost]);
  mounts(bed, [client]);
  checkUse(bed);

  const server = serverNr(bed);
  const clients = NRS.filter((nr) => nr !== server);
  const rids = clients.map((nr) => ridOf(bed, nr));
  for (const nr of clients) forceUmount(bed, nr);
  verifyFenced(bed, rids);
  mounts(bed, clients);
  checkUse(bed);

  const leader = serverNr(bed);
  const ledBy = ridOf(bed, leader);
  forceUmount(bed, leader);
  verifyFenced(bed, [ledBy]);
  mounts(bed, [leader]);
  checkUse(bed);

  const everybody = NRS.map((nr) => ridOf(bed, nr));
  for (const nr of NRS) forceUmount(bed, nr);
  mounts(bed, NRS);
  verifyFenced(bed, everybody);
  checkUse(bed);
  expect(ridsWithLocks(bed)).toEqual(NRS.map((nr) => ridOf(bed, nr)).sort((a, b) => a - b));
});
