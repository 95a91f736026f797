// What a mount that has gone leaves, taken back part by part, and the end of recovery; see
// src/server/reclaim.ts and recovery.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { Ret } from "../../../src/core/index.ts";
import { allocate, get } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { omapRemoveRid } from "../../../src/omap/remove-rid.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { RECOV_ALL, RECOV_GREETING, RECOV_LOCKS } from "../../../src/recov/api.ts";
import { cancelLogMerge, cancelSrchCompact } from "../../../src/server/cancel.ts";
import { EXTENTS_PER_COMMIT, reclaimOpenLogTree } from "../../../src/server/log-trees.ts";
import { deleteMountedClient } from "../../../src/server/mounted-clients.ts";
import { reclaimRid } from "../../../src/server/reclaim.ts";
import { finishedRecovery, serverRecovFinish } from "../../../src/server/recovery.ts";
import { newLogTrees } from "../../../src/server/super.ts";
import { bindings, client, mountWithServer, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

let m: Mount;
beforeEach(() => {
  m = mountWithServer();
});

const PARTS = [
  "scoutfs_lock_server_farewell",
  "reclaim_open_log_tree",
  "cancel_srch_compact",
  "cancel_log_merge",
  "scoutfs_omap_remove_rid",
  "delete_mounted_client",
];
const calls = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith("call ")).map((line) => line.slice(5));

/** Runs it with answers; `errs` are the errors that server_apply_commit was called with. */
function reclaim(answer: (name: string) => Ret | undefined) {
  const errs: unknown[] = [];
  const ran = runSteps<Scoutfs>(reclaimRid, { rid: rid(4) }, m, {
    ...bindings,
    onCall(name, args) {
      if (name === "server_apply_commit") errs.push((args as { readonly err: unknown }).err);
      return answer(name);
    },
  });
  return { ...ran, calls: calls(ran.did), errs };
}
const liveHolds = () => m.server.holds.slots.filter((s) => s.value !== undefined).length;

describe("reclaim_rid", () => {
  test("does all parts in one commit, the mounted_clients item last", () => {
    const ran = reclaim(() => ({}));
    expect(ran.calls).toEqual(["server_hold_commit", ...PARTS, "server_apply_commit"]);
    expect(ran.ret.error).toBeUndefined();
    expect(liveHolds()).toBe(0);
  });

  test.each(PARTS.map((name, at) => ({ name, at })))(
    "stops at a failed $name and applies with its error",
    ({ name, at }) => {
      const failing = [name, "server_apply_commit"];
      const ran = reclaim((called) => (failing.includes(called) ? { error: "EIO" } : {}));
      expect(ran.calls.slice(1, -1)).toEqual(PARTS.slice(0, at + 1));
      expect(ran.errs).toEqual(["EIO"]);
      expect(ran.ret.error).toBe("EIO");
      expect(liveHolds()).toBe(0);
    },
  );

  test("commits what is done so far and starts over while more is left", () => {
    let rounds = 0;
    const ran = reclaim((name) =>
      name === "reclaim_open_log_tree" && ++rounds < 3 ? { error: "EINPROGRESS" } : {},
    );
    expect(ran.errs).toEqual([undefined, undefined, undefined]);
    expect(ran.calls.filter((name) => name === "server_hold_commit")).toHaveLength(3);
    expect(ran.calls.filter((name) => name === "delete_mounted_client")).toHaveLength(1);
    expect(ran.ret.error).toBeUndefined();
  });

  test("a failed commit ends it, also when more is left", () => {
    const ran = reclaim((name) => {
      if (name === "reclaim_open_log_tree") return { error: "EINPROGRESS" };
      return name === "server_apply_commit" ? { error: "ENOLINK" } : {};
    });
    expect(ran.errs).toEqual([undefined]);
    expect(ran.ret.error).toBe("ENOLINK");
  });
});

describe("its parts", () => {
  const part = (p: Parameters<typeof runSteps>[0], onCall?: (name: string) => Ret) =>
    runSteps<Scoutfs>(p, { rid: rid(4) }, m, onCall ? { ...bindings, onCall } : bindings);

  test("the item is deleted under the mutex; without one there is nothing to do", () => {
    m.server.dirtySuper.mountedClients = [client(3, "quorum"), client(4, "other")];
    expect(part(deleteMountedClient).ret.error).toBeUndefined();
    expect(m.server.dirtySuper.mountedClients.map((item) => item.rid)).toEqual([3]);
    const dirtied = m.server.dirtyBlocks;
    expect(part(deleteMountedClient).ret.error).toBeUndefined();
    expect(m.server.dirtyBlocks).toBe(dirtied);
    m.server.btreeError = "EIO";
    expect(part(deleteMountedClient).ret.error).toBe("EIO");
  });

  test("the open log tree is finalized by the call that moves the last extents", () => {
    const tree = { ...newLogTrees(rid(4), 1), getTransSeq: 6, commitTransSeq: 5 };
    m.server.dirtySuper.logTrees = [
      { ...tree, finalized: true },
      { ...tree, nr: 2, dataExtents: EXTENTS_PER_COMMIT + 1 },
    ];
    const last = () => m.server.dirtySuper.logTrees[1];
    expect(part(reclaimOpenLogTree).ret.error).toBe("EINPROGRESS");
    expect(last()).toMatchObject({ finalized: false, dataExtents: 1, commitTransSeq: 5 });
    expect(part(reclaimOpenLogTree).ret.error).toBeUndefined();
    expect(last()).toMatchObject({ finalized: true, commitTransSeq: 6, finalizeSeq: 1 });
    expect(part(reclaimOpenLogTree).did).toEqual([
      "lock server.logs_mutex",
      "unlock server.logs_mutex",
    ]);
  });

  test("every compaction of the mount is cancelled", () => {
    m.server.dirtySuper.srchBusy = [rid(4), rid(5), rid(4)];
    part(cancelSrchCompact);
    expect(m.server.dirtySuper.srchBusy).toEqual([5]);
  });

  test("merge requests of the mount give their ranges back", () => {
    const requests = [
      { rid: rid(4), seq: 1 },
      { rid: rid(4), seq: 3 },
      { rid: rid(5), seq: 2 },
    ];
    m.server.dirtySuper.logMerge = { nrRequests: 3, requests, ranges: 0 };
    part(cancelLogMerge);
    expect(m.server.dirtySuper.logMerge).toEqual({
      nrRequests: 1,
      requests: [{ rid: 5, seq: 2 }],
      ranges: 2,
    });
    m.server.btreeError = "EIO";
    expect(() => part(cancelLogMerge)).toThrow("expected cancel_log_merge to read its trees");
  });

  test("open map requests that waited for it alone are answered", () => {
    m.omap.rids = [rid(4), rid(5)];
    const asks = (clientRid: number, rids: number[]) => {
      const args = { groupNr: 0, reqId: clientRid };
      const req = { clientRid: rid(clientRid), clientId: 1, rids: rids.map(rid), args, bits: [] };
      m.omap.reqHt.push(allocate(m.omap.reqs, req));
    };
    asks(5, [4, 5]);
    asks(6, [4]);
    const ran = part(omapRemoveRid);
    expect(ran.did).toEqual(["call scoutfs_server_send_omap_response"]);
    expect(ran.ret.error).toBeUndefined();
    expect(m.omap.rids).toEqual([5]);
    expect(m.omap.reqHt.map((h) => get(m.omap.reqs, h).rids)).toEqual([[5]]);
    m.omap.rids.push(rid(4));
    asks(6, [4]);
    expect(part(omapRemoveRid, () => ({ error: "ENOLINK" })).ret.error).toBe("ENOLINK");
  });
});

describe("the end of recovery", () => {
  const finish = (n: number, which: number, last: boolean) => {
    const onCall = (name: string): Ret => (name === "scoutfs_recov_finish" ? { value: last } : {});
    const args = { rid: rid(n), which };
    return calls(runSteps<Scoutfs>(serverRecovFinish, args, m, { ...bindings, onCall }).did);
  };

  test("the last of all lets go what waited; locks look at the farewells each time", () => {
    expect(finish(4, RECOV_GREETING, false)).toEqual(["scoutfs_recov_finish"]);
    expect(finish(4, RECOV_LOCKS, false)).toEqual(["scoutfs_recov_finish", "queue_farewell_work"]);
    expect(finish(3, RECOV_LOCKS, true)).toEqual([
      "scoutfs_recov_finish",
      "finished_recovery",
      "queue_farewell_work",
    ]);
  });

  test("is the last entry of the last rid, once, and only after the beginning", () => {
    const { recovPrepare, recovFinish } = bindings.api;
    recovPrepare(m, rid(4), RECOV_ALL);
    recovPrepare(m, rid(3), RECOV_LOCKS);
    expect(m.recov.pending.map((p) => p.rid)).toEqual([3, 4]);
    expect(recovFinish(m, rid(3), RECOV_LOCKS)).toBe(false);
    expect(recovFinish(m, rid(4), RECOV_GREETING)).toBe(false);
    m.recov.begun = true;
    expect(recovFinish(m, rid(4), RECOV_LOCKS)).toBe(true);
    expect(recovFinish(m, rid(4), RECOV_LOCKS)).toBe(false);
  });

  test("an error stops the server", () => {
    const onCall = (name: string): Ret => (name.includes("omap") ? { error: "EIO" } : {});
    const ran = runSteps<Scoutfs>(finishedRecovery, {}, m, { ...bindings, onCall });
    expect(calls(ran.did)).toEqual(["scoutfs_omap_finished_recovery", "stop_server"]);
  });
});
