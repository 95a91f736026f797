// RCL1 fires on whatever of a rid is left after its reclaim, and on anything left by who is gone.

import { describe, expect, it } from "vitest";
import { allocate } from "../../../src/core/index.ts";
import { rcl1 } from "../../../src/monitors/rcl1.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { seenIn, serving } from "./states.ts";

const RID = 103 as never;
const reclaim = { kind: "reclaim_rid_ret", data: { rid: 103, ret: 0 } };
const failed = { kind: "reclaim_rid_ret", data: { rid: 103, ret: "EIO" } };
const unmounted = { kind: "unmounted", data: { rid: 101 } };

const tree = { rid: RID, nr: 1, finalized: false } as never;
const fence = { rid: RID } as never;
const conn = { rid: RID, listening: { id: 0, generation: 1 } } as never;
const leaves: readonly (readonly [string, (m: Mount) => unknown])[] = [
  ["an open-map entry", (m) => m.omap.rids.push(RID)],
  ["a recovery entry", (m) => m.recov.pending.push({ rid: RID, which: 1 })],
  ["a connection", (m) => allocate(m.net.conns, conn)],
  ["a fence request", (m) => m.fence.list.push(allocate(m.fence.fences, fence))],
];
const durable: typeof leaves = [
  ["an item", (m) => m.server.dirtySuper.mountedClients.push({ rid: RID } as never)],
  ["an open log tree", (m) => m.server.dirtySuper.logTrees.push(tree)],
  ["a compaction", (m) => m.server.dirtySuper.srchBusy.push(RID)],
];

function withLeft(leave: (m: Mount) => unknown): Mount {
  const m = serving(101, 102);
  leave(m);
  return m;
}

describe("RCL1", () => {
  it.each([...leaves, ...durable])("fires on %s of a rid that is reclaimed", (what, leave) => {
    const found = `mount 0: still has ${what} of rid 103, and that is reclaimed`;
    expect(seenIn(withLeft(leave), rcl1, [reclaim])).toEqual([found]);
    expect(seenIn(withLeft(leave), rcl1, [failed])).toEqual([]);
  });

  it.each(leaves)("fires on %s that is left where nobody is", (what, leave) => {
    const gone = withLeft(leave);
    gone.server.status = "DOWN";
    const found = (why: string) => [`mount 0: still has ${what} of rid 103, and ${why}`];
    expect(seenIn(gone, rcl1)).toEqual(found("its server is down"));
    expect(seenIn(gone, rcl1, [unmounted])).toEqual(found("it has unmounted"));
  });

  it("fires on a listener of a server that is down, and on the connection of who is gone", () => {
    const listener = { rid: 0, reqFuncs: "server" } as never;
    const own = { rid: 101, reqFuncs: "client" } as never;
    const down = withLeft((m) => {
      allocate(m.net.conns, listener);
      allocate(m.net.conns, own);
      m.server.status = "DOWN";
    });
    const connection = "mount 0: still has a connection of rid 0, and";
    expect(seenIn(down, rcl1)).toEqual([`${connection} its server is down`]);
    expect(seenIn(down, rcl1, [unmounted])).toEqual([
      `${connection} it has unmounted`,
      "mount 0: still has a client's connection of rid 101, and it has unmounted",
    ]);
  });

  it("leaves finalized log trees to the merge", () => {
    const m = serving(101);
    m.server.dirtySuper.logTrees.push({ rid: RID, nr: 1, finalized: true } as never);
    expect(seenIn(m, rcl1, [reclaim])).toEqual([]);
  });
});
