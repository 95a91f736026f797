// What lock recovery brings back, and who waits for it; see src/lock-server/recovery.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { Rid } from "../../../src/core/index.ts";
import type { LockKey } from "../../../src/lock/types.ts";
import { RECOV_LOCKS } from "../../../src/recov/api.ts";
import { call, putSuper, returned, seen, sentTo, stateOf } from "../server/world.ts";
import {
  A,
  answer,
  ask,
  B,
  connOf,
  fresh,
  heard,
  list,
  net,
  recover,
  started,
  w,
} from "./world.ts";

beforeEach(fresh);

describe("recovery", () => {
  beforeEach(() => {
    const item = (rid: number) => ({ rid: rid as Rid, address: 7 as never, quorum: false });
    putSuper(w, { mountedClients: [item(A), item(B)] });
    started();
    for (const rid of [A, B]) call(w, "scoutfs_server_recov_finish", { rid, which: 1 });
    w.runFor(1000);
  });
  const asked = (rid: number) =>
    sentTo(w, connOf(rid)).flatMap(({ cmd, data }) => (cmd === "LOCK_RECOVER" ? [data] : []));

  test("takes batch after batch from the last key, and ends with an empty one", () => {
    recover(A, net("write", "write", 3 as LockKey, 70), net("read", "read", 5 as LockKey));
    expect(asked(A)).toEqual([{ key: 6 }]);
    expect(list("granted", 3 as LockKey)).toEqual([`${A} write`]);
    expect(stateOf(w).server.seq).toBe(70);
    recover(A);
    expect(stateOf(w).recov.pending).toEqual([{ rid: B, which: RECOV_LOCKS }]);
    recover(A);
    expect(returned(w, "lock_recover_response")).toEqual([undefined, undefined, "EINVAL"]);
    recover(B, net("read", "read", 5 as LockKey));
    recover(B);
    expect(seen(w, "finished_recovery")).toHaveLength(1);
    expect(list("granted", 5 as LockKey)).toEqual([`${A} read`, `${B} read`]);
    expect(seen(w, "sv_lock_recover_response").map(({ data }) => data.nr)).toEqual([2, 0, 0, 1, 0]);
  });

  test("asked from the start twice is refused at a lock it has, and keeps the others", () => {
    const locks = [net("read", "read", 3 as LockKey), net("read", "read", 5 as LockKey)] as const;
    recover(A, locks[0]);
    recover(A, net("read", "read", 2 as LockKey), ...locks);
    expect(returned(w, "lock_recover_response")).toEqual([undefined, "EEXIST"]);
    expect(stateOf(w).lockServer.locks.map(({ key }) => key)).toEqual([2, 3]);
  });

  test("holds requests back until all have their locks, then processes each lock", () => {
    recover(A, net("write", "write"));
    recover(A);
    ask(B, "read");
    ask(B, "read", 9 as LockKey);
    expect(heard(B)).toEqual([]);
    recover(B);
    expect(heard(A)).toEqual(["invalidate write>read"]);
    expect(heard(B)).toEqual(["grant null>read"]);
    answer(A, "write", "read");
    expect(heard(B)).toEqual(["grant null>read", "grant null>read"]);
  });
});
