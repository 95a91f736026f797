// LCK2 fires on an entry of each of a lock's lists whose rid is not mounted.

import { describe, expect, it } from "vitest";
import type { LockKey } from "../../../src/lock/types.ts";
import { lck2 } from "../../../src/monitors/lck2.ts";
import { idle, seenIn, serving } from "./states.ts";

const entryOf = (rid: number) => ({ rid, netId: 1, mode: "read" }) as never;

function locked(list: "granted" | "requested" | "invalidated", rid: number) {
  const m = serving(101, 102);
  const lists = { granted: [], requested: [], invalidated: [] };
  m.lockServer.locks = [{ key: 5 as LockKey, refs: 0, ...lists, [list]: [entryOf(rid)] }];
  return m;
}

describe("LCK2", () => {
  it.each(["granted", "requested", "invalidated"] as const)(
    "fires on a ghost that is %s",
    (list) => {
      const ghost = "mount 0: lock 5 is held for rid 103, which is not mounted";
      expect(seenIn(locked(list, 103), lck2)).toEqual([ghost]);
      expect(seenIn(locked(list, 102), lck2)).toEqual([]);
    },
  );

  it("says nothing of a server that recovers, or is down", () => {
    const recovering = locked("granted", 103);
    recovering.recov.pending.push({ rid: 103 as never, which: 2 });
    expect(seenIn(recovering, lck2)).toEqual([]);
    const down = locked("granted", 103);
    down.server.status = "DOWN";
    expect(seenIn(down, lck2)).toEqual([]);
  });
});

describe("LCK2 at a look, whatever is under way", () => {
  it("fires on a ghost that is still there at the next one, in a recovery too", () => {
    const m = locked("granted", 103);
    m.recov.pending.push({ rid: 103 as never, which: 2 });
    const found: string[] = [];
    const judge = {
      ...{ now: 0, mountCount: 1, peekMount: () => ({ ...idle, state: m }) },
      violate: (_place: string, text: string) => {
        found.push(text);
      },
    };
    const kept = lck2.start();
    lck2.look?.(kept, judge);
    expect(found).toEqual([]);
    lck2.look?.(kept, judge);
    expect(found).toEqual(["lock 5 is held for rid 103, which is not mounted"]);
    m.lockServer.locks = [];
    lck2.look?.(kept, judge);
    m.lockServer.locks = locked("granted", 103).lockServer.locks;
    lck2.look?.(kept, judge);
    expect(found.length).toBe(1);
  });
});
