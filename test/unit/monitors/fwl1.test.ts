// FWL1 fires when a member is let go whom somebody still needs who has not asked to leave.

import { describe, expect, it } from "vitest";
import { fwl1 } from "../../../src/monitors/fwl1.ts";
import type { WorldJudge } from "../../../src/monitors/types.ts";
import { serving } from "./states.ts";

const SLOTS = 3;
/** Members 101 and 102 and client 103 are mounted; these ask, and these are answered. */
function says(asked: readonly number[], sent: readonly number[], greets?: number): string[] {
  const state = serving(101, 102, 103);
  state.server.dirtySuper.mountedClients = state.server.dirtySuper.mountedClients.map((item) => ({
    ...item,
    quorum: item.rid !== 103,
  }));
  const found: string[] = [];
  const judge: WorldJudge = {
    ...{ now: 0, mountCount: 1, peekMount: () => ({ alive: true, state }) },
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
  if (greets !== undefined) tell("server_greeting", { rid: greets, gr_term: 0, gr_flags: 2 });
  for (const rid of sent) tell("server.farewell_sent", { rid });
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
    expect(says([101], [101], 104)).toEqual([]);
    expect(says([103], [103])).toEqual([]);
  });

  it("says nothing of one that an earlier run has answered", () => {
    expect(says([105], [105])).toEqual([]);
  });
});
