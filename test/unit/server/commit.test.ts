// Who shares a commit, when it is written, and who hears of it; see src/server/hold.ts and
// commit.ts beside it.

import { beforeEach, describe, expect, test } from "vitest";
import type { Errno } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { LIST_MAX_BLOCKS } from "../../../src/server/alloc.ts";
import { serverCommitFunc } from "../../../src/server/commit.ts";
import {
  COMMIT_HOLD_ALLOC_BUDGET,
  newHold,
  serverApplyCommit,
  serverHoldCommit,
} from "../../../src/server/hold.ts";
import type { HoldHandle } from "../../../src/server/types.ts";
import { bindings, client, mountWithServer } from "../../support/scoutfs.ts";
import { type Ran, runSteps, type StepsOptions } from "../../support/steps.ts";

let m: Mount;
beforeEach(() => {
  m = mountWithServer();
});

const hold = (h: HoldHandle) => runSteps<Scoutfs>(serverHoldCommit, { hold: h }, m, bindings);
const apply = (h: HoldHandle, err?: Errno): Ran =>
  runSteps<Scoutfs>(serverApplyCommit, { hold: h, err }, m, bindings);
const commit = (over: Partial<StepsOptions<Scoutfs>> = {}) =>
  runSteps<Scoutfs>(serverCommitFunc, { of: 0 }, m, { ...bindings, ...over });

function holder(): HoldHandle {
  const h = newHold(m);
  expect(hold(h).parked).toBeUndefined();
  return h;
}
/** One holder has dirtied a block and asks for the commit. */
function applied(): HoldHandle {
  const h = holder();
  m.server.dirtyBlocks = 1;
  m.server.dirtySuper.mountedClients.push(client(5, "other"));
  expect(apply(h).did).toEqual(["queue scoutfs_server_commit_func"]);
  return h;
}
/** How the apply of a hold that waits has ended. */
const resultOf = (h: HoldHandle) => m.server.holds.slots[h.id]?.value?.ret;
const cusersOf = () => m.server.cusers;

describe("holding", () => {
  test("each holder adds to the budget, with one more for the commit work", () => {
    holder();
    expect(cusersOf().budget).toBe(2 * COMMIT_HOLD_ALLOC_BUDGET);
    holder();
    expect(cusersOf().budget).toBe(3 * COMMIT_HOLD_ALLOC_BUDGET);
    expect(cusersOf().holding).toHaveLength(2);
  });

  test("a hold that is in a commit already is a crash", () => {
    const h = holder();
    expect(() => hold(h)).toThrow("expected a hold that is in no commit");
  });

  test("as many hold at once as the lists have budgets for, less one", () => {
    const room = Math.floor(LIST_MAX_BLOCKS / COMMIT_HOLD_ALLOC_BUDGET) - 1;
    for (let n = 0; n < room; n++) holder();
    const late = hold(newHold(m));
    expect(late.parked?.because).toContain("only an apply makes some");
    expect(late.did).toEqual([]);
    expect(cusersOf().holding).toHaveLength(room);
  });

  test("room counts what was there when the first joined, not what is left now", () => {
    holder();
    m.server.alloc.avail = 0;
    expect(hold(newHold(m)).parked).toBeUndefined();
  });

  test("without room and without holders it asks for a commit, once", () => {
    m.server.alloc.freed = 2 * COMMIT_HOLD_ALLOC_BUDGET - 1;
    expect(hold(newHold(m)).did).toEqual(["queue scoutfs_server_commit_func"]);
    expect(cusersOf().committing).toBe(true);
    const second = hold(newHold(m));
    expect(second.did).toEqual([]);
    expect(second.parked?.who).toBe("scoutfs_server_commit_func");
  });

  test("nobody new gets in once somebody applies", () => {
    const first = holder();
    holder();
    expect(apply(first).parked?.who).toBe("1 holders of the commit");
    expect(hold(newHold(m)).parked?.because).toBe("others wait for them to apply");
  });

  test("notes once that holders used more than their budget", () => {
    const h = holder();
    m.server.alloc.avail -= 2 * COMMIT_HOLD_ALLOC_BUDGET + 1;
    expect(hold(newHold(m)).notes).toEqual(["holders exceeded the alloc budget"]);
    expect(apply(h).notes).toEqual([]);
  });
});

describe("applying", () => {
  test("the last of the holders queues the commit", () => {
    const first = holder();
    const second = holder();
    expect(apply(first).did).toEqual([]);
    expect(apply(second).did).toEqual(["queue scoutfs_server_commit_func"]);
    expect(cusersOf()).toMatchObject({ holding: [], applying: [first, second], committing: true });
  });

  test("a holder with an error leaves at once, with its error and without a commit", () => {
    const h = holder();
    m.server.dirtyBlocks = 3;
    const ran = apply(h, "EIO");
    expect(ran.ret.error).toBe("EIO");
    expect(ran.did).toEqual([]);
    expect(cusersOf()).toMatchObject({ holding: [], applying: [], committing: false });
    expect(m.server.dirtyBlocks).toBe(3);
  });

  test("a last holder with an error queues the commit for those who apply", () => {
    const first = holder();
    const second = holder();
    apply(first);
    const ran = apply(second, "EIO");
    expect(ran.did).toEqual(["queue scoutfs_server_commit_func"]);
    expect(ran.ret.error).toBe("EIO");
  });

  test("a last holder with an error wakes nobody, though room was waited for", () => {
    const h = holder();
    m.server.cusers.availBefore = 0;
    expect(hold(newHold(m)).parked?.because).toContain("no room");
    const ran = apply(h, "EIO");
    expect(ran.did).toEqual([]);
    expect(ran.notes).toContain("last holder failed, nobody is woken");
  });

  test("the budget of a holder that failed is kept until a commit ends", () => {
    apply(holder(), "EIO");
    expect(cusersOf().budget).toBe(2 * COMMIT_HOLD_ALLOC_BUDGET);
    applied();
    commit();
    expect(cusersOf().budget).toBe(0);
  });
});

describe("the commit work", () => {
  test("writes the blocks, then the super, then makes it stable, then tells", () => {
    const h = applied();
    m.server.seq = 12;
    const seen: number[] = [];
    const ran = commit({
      before: () => seen.push(m.server.stableSuper.mountedClients.length),
    });
    expect(ran.did).toEqual(["write server.commit", "write server.super", "wake server.cusers"]);
    expect(ran.labels.slice(-3)).toEqual(["setStable", "swapLists", "end"]);
    expect(seen.at(-3)).toBe(0);
    expect(seen.at(-2)).toBe(1);
    expect(ran.records.slice(1)).toEqual([
      { kind: "server_commit_end", term: 7, error: undefined },
    ]);
    expect(m.server.stableSuper).toMatchObject({ seq: 12, hdrSeq: 1 });
    expect(cusersOf()).toMatchObject({ applying: [], committing: false, budget: 0 });
    expect(resultOf(h)).toBeUndefined();
  });

  test("what it writes is a copy that later changes do not reach", () => {
    applied();
    let written: unknown;
    commit({
      onIo(block, content) {
        if (block === "server.super") written = content;
        return undefined;
      },
    });
    m.server.dirtySuper.mountedClients.pop();
    expect(written).toMatchObject({ super: { mountedClients: [{ rid: 5 }] } });
    expect(m.server.stableSuper.mountedClients).toHaveLength(1);
  });

  test("writes only the super when nothing is dirty", () => {
    applied();
    m.server.dirtyBlocks = 0;
    expect(commit().did).toEqual(["write server.super", "wake server.cusers"]);
  });

  test.each(["server.commit", "server.super"])("an error of %s goes to all who apply", (bad) => {
    const first = holder();
    const second = holder();
    m.server.dirtyBlocks = 2;
    apply(first);
    apply(second);
    const ran = commit({ onIo: (block) => (block === bad ? { error: "EIO" } : {}) });
    expect([resultOf(first), resultOf(second)]).toEqual(["EIO", "EIO"]);
    expect(ran.did.at(-1)).toBe("wake server.cusers");
    expect(m.server.stableSuper.hdrSeq).toBe(0);
    expect(m.server.dirtyBlocks).toBe(bad === "server.commit" ? 2 : 0);
  });

  test("a forced unmount ends it with ENOLINK before any write", () => {
    const h = applied();
    m.super.forcingUnmount = true;
    expect(commit().did).toEqual(["wake server.cusers"]);
    expect(resultOf(h)).toBe("ENOLINK");
  });

  test("a forced unmount between the writes keeps the super from being written", () => {
    const h = applied();
    const ran = commit({
      before(label) {
        if (label === "prepareSuper") m.super.forcingUnmount = true;
      },
    });
    expect(ran.did).toEqual(["write server.commit", "wake server.cusers"]);
    expect(resultOf(h)).toBe("ENOLINK");
  });

  test("run without a commit it warns and gives EINVAL", () => {
    const ran = commit();
    expect(ran.notes).toEqual(["WARN commit work runs without a commit or with holders"]);
    expect(ran.records.slice(1)).toEqual([{ kind: "server_commit_end", term: 7, error: "EINVAL" }]);
  });

  test("refills the other lists and goes on with them", () => {
    applied();
    m.server.alloc.avail = 10;
    m.server.alloc.freed = 20;
    m.server.alloc.otherAvail = 1;
    m.server.alloc.otherFreed = 2;
    commit();
    expect(m.server.alloc).toEqual({
      avail: LIST_MAX_BLOCKS,
      freed: LIST_MAX_BLOCKS,
      otherAvail: 10,
      otherFreed: 20,
    });
  });
});
