// Whole mounts with their real connections: each greets, leaves, and follows its server; see
// src/server/greeting.ts and farewell.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { start } from "../../sim/engine/build.ts";
import {
  isStatus,
  RID,
  SECOND,
  seen,
  stateOf,
  type WholeWorld,
  wholeWorld,
} from "../unit/server/world.ts";

const MOUNTS = 4;
const SLOTS = 3;
const OTHER = 3;
let w: WholeWorld;

const leader = (): number => {
  const up = Array.from({ length: SLOTS }, (_, n) => n).find((n) => isStatus(w, "UP", n));
  if (up === undefined) throw new Error("nobody leads");
  return up;
};
const members = (): number[] => [0, 1, 2].filter((n) => n !== leader());
const rids = (kind: string) => seen(w, kind).map(({ data }) => data.rid);
const mounted = () => stateOf(w, leader()).server.stableSuper.mountedClients;
function umount(...mounts: readonly number[]): void {
  for (const n of mounts) start(w, n, "scoutfs_kill_sb");
  w.runFor(2 * SECOND);
}
const unmounted = () => seen(w, "put_super_ret").map(({ mount }) => mount);

function mountAll(seed: string): void {
  w = wholeWorld({ mounts: MOUNTS, slots: SLOTS, seed });
  for (let n = 0; n < MOUNTS; n++) start(w, n, "scoutfs_fill_super");
  w.runFor(3 * SECOND);
}
beforeEach(() => {
  mountAll("mounts");
});

describe("mounts", () => {
  test("greet once, and each has its item with the address of its host", () => {
    const all = Array.from({ length: MOUNTS }, (_, n) => RID + n);
    expect(rids("server_greeting").toSorted()).toEqual(all);
    expect(mounted().map(({ rid, quorum }) => [rid, quorum])).toEqual(
      all.map((rid) => [rid, rid - RID < SLOTS]),
    );
    expect(new Set(mounted().map(({ address }) => Math.floor(address / 65536)))).toEqual(
      new Set([0, 1, 2, 3]),
    );
    expect(w.violations).toEqual([]);
  });

  test("that are no quorum members leave at once, and the connection goes with them", () => {
    umount(OTHER);
    expect(unmounted()).toEqual([OTHER]);
    expect(rids("server_client_down")).toEqual([RID + OTHER]);
    expect(mounted()).toHaveLength(MOUNTS - 1);
    expect(stateOf(w, leader()).omap.rids).not.toContain(RID + OTHER);
  });

  test("of a quorum leave while a majority stays; the last wait for one another", () => {
    const [first = -1, second = -1] = members();
    const last = leader();
    umount(first);
    expect(unmounted()).toEqual([first]);
    umount(second);
    expect(unmounted()).toEqual([first]);
    umount(last);
    expect(unmounted()).toEqual([first]);
    umount(OTHER);
    expect(unmounted().toSorted()).toEqual([0, 1, 2, 3]);
    expect(w.violations).toEqual([]);
  });

  test("of a leader that leaves greet the next one, recover and go on", () => {
    const old = leader();
    umount(old);
    w.runFor(3 * SECOND);
    expect(unmounted()).toEqual([old]);
    const stay = [0, 1, 2, 3].filter((n) => n !== old).map((n) => RID + n);
    const later = seen(w, "server_greeting").filter(({ data }) => data.gr_term === 1);
    expect(later.map(({ data }) => data.rid).toSorted()).toEqual(stay);
    expect(rids("recov_prepare")).toEqual(stay);
    expect(seen(w, "insert_mounted_client")).toHaveLength(MOUNTS);
    // each holds the lock of the root, and is asked again until it has no more
    const asked = stay.flatMap((rid) => [rid, rid]);
    expect(rids("sv_lock_recover_request").toSorted()).toEqual(asked);
    expect(seen(w, "finished_recovery")).toHaveLength(1);
    expect(stateOf(w, leader()).server.clients.toSorted()).toEqual(stay);
    expect(w.violations).toEqual([]);
  });
});

test("mounts that come and go in 30 runs leave nothing in any server", () => {
  for (let n = 0; n < 30; n++) {
    mountAll(`many ${n}`);
    umount(OTHER, leader());
    w.runFor(3 * SECOND);
    umount(...[0, 1, 2].filter((m) => !unmounted().includes(m)));
    w.runFor(3 * SECOND);
    expect(unmounted().toSorted(), `run ${n}`).toEqual([0, 1, 2, 3]);
    expect(w.violations, `run ${n}`).toEqual([]);
    for (const m of [0, 1, 2]) {
      const { server, lockServer, omap, recov } = stateOf(w, m);
      expect([server.clients, server.farewellRequests, server.status]).toEqual([[], [], "DOWN"]);
      expect([lockServer.locks, omap.rids, recov.pending]).toEqual([[], [], []]);
    }
  }
});
