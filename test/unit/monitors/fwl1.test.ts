// FWL1 fires when a member is let go whom somebody still needs who has not asked to leave.

import { describe, expect, it } from "vitest";
import type { Address, Rid } from "../../../src/core/index.ts";
import { fwl1 } from "../../../src/monitors/fwl1.ts";
import type { WorldJudge } from "../../../src/monitors/types.ts";
import { idle, serving } from "./states.ts";

const SLOTS = 3;
interface Newcomer {
  readonly rid: number;
  /** Its item is inserted, or its connection let open, when all are answered. */
  readonly hasItem?: boolean;
  readonly isLetIn?: boolean;
  /** It has heard the answer to another greeting, and comes by one more connection. */
  readonly comesBack?: boolean;
  /** No newcomer: its item was there, and is gone. */
  readonly isReclaimed?: boolean;
}
/** Members 101 and 102 and client 103 are mounted; these ask, and these are answered. */
function says(asked: readonly number[], sent: readonly number[], comes?: Newcomer): string[] {
  const state = serving(101, 102, 103);
  state.server.dirtySuper.mountedClients = state.server.dirtySuper.mountedClients.map((item) => ({
    ...item,
    quorum: item.rid !== 103,
  }));
  const found: string[] = [];
  const judge: WorldJudge = {
    ...{ now: 0, mountCount: 1, peekMount: () => ({ ...idle, state }) },
    violate: (_place, text) => {
      found.push(text);
    },
  };
  const kept = fwl1.start();
  const tell = (kind: string, data: object) =>
    fwl1.on({ seq: 1, at: 0, mount: 0, kind, data }, kept, judge);
  tell("cluster", { slots: SLOTS });
  for (const rid of asked) tell("server_farewell", { rid });
  tell("farewell_worker", {});
  const { dirtySuper } = state.server;
  dirtySuper.mountedClients = dirtySuper.mountedClients.filter(({ rid }) => !sent.includes(rid));
  if (comes?.isReclaimed) {
    dirtySuper.mountedClients = dirtySuper.mountedClients.filter(({ rid }) => rid !== comes.rid);
  }
  if (comes?.hasItem) {
    const item = { rid: comes.rid as Rid, address: 7 as Address, quorum: true };
    dirtySuper.mountedClients.push(item);
  }
  for (const rid of sent) tell("server.farewell_sent", { rid });
  if (comes?.isLetIn !== undefined) {
    tell("net_server_greeting", { rid: comes.rid, reconnecting: 0 });
    if (comes.isLetIn) tell("net.greeted", { rid: comes.rid });
    if (comes.comesBack) {
      tell("net_server_greeting", { rid: comes.rid, reconnecting: 1 });
      tell("net.greeted", { rid: comes.rid });
    }
  }
  return found;
}

describe("FWL1", () => {
  it("fires on a member that goes although a client stays", () => {
    const text = "quorum member 101 may leave, and 1 members stay for rid 102, which has not asked";
    expect(says([101], [101])).toEqual([`${text} to leave`]);
    expect(says([101, 102], [101, 102]).length).toBe(2);
  });

  it("is content when all have asked, when enough stay, and with a client that goes", () => {
    expect(says([101, 102, 103], [103, 101, 102])).toEqual([]);
    expect(says([101], [101], { rid: 104, hasItem: true })).toEqual([]);
    expect(says([103], [103])).toEqual([]);
  });

  it("counts who comes meanwhile from its item on, and fires when the last have left", () => {
    const all = [101, 102, 103];
    const comes = (as: Omit<Newcomer, "rid">) => says(all, [103, 101, 102], { rid: 104, ...as });
    expect(comes({})).toEqual([]);
    expect(comes({ hasItem: true })).toHaveLength(1);
    expect(comes({ isLetIn: true })).toEqual([
      "rid 104 is let in when the last quorum members have left",
    ]);
    expect(says([103], [103], { rid: 104, isLetIn: true })).toEqual([]);
  });

  it("lets the last members go when who had not asked is reclaimed meanwhile", () => {
    expect(says([101, 102], [101, 102], { rid: 103, isReclaimed: true })).toEqual([]);
    expect(says([101, 102], [101, 102], { rid: 104, isReclaimed: true })).toHaveLength(2);
  });

  it("bears one of them that comes back for its answer, and whose first greeting was late", () => {
    const all = [101, 102, 103];
    const back = { rid: 102, isLetIn: false, comesBack: true };
    expect(says(all, [103, 101, 102], back)).toEqual([]);
    expect(says(all, [103, 101, 102], { ...back, rid: 104, isLetIn: true })).toHaveLength(1);
  });

  it("says nothing of one that an earlier run has answered", () => {
    expect(says([105], [105])).toEqual([]);
  });
});
