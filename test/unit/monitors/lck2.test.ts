// LCK2 fires on an entry of each of a lock's lists whose rid is not mounted, and on a request for
// null only where nothing is left to wait for.

import { describe, expect, it } from "vitest";
import type { Rid } from "../../../src/core/index.ts";
import type { LockKey, LockMode } from "../../../src/lock/types.ts";
import type { ClientLockEntry } from "../../../src/lock-server/types.ts";
import { lck2 } from "../../../src/monitors/lck2.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { RECOV_GREETING, RECOV_LOCKS } from "../../../src/recov/api.ts";
import { idle, seenIn, serving } from "./states.ts";

const entryOf = (rid: number, mode: LockMode = "read"): ClientLockEntry => ({
  ...{ rid: rid as Rid, netId: 1, mode },
});

type Lists = Partial<Record<"granted" | "requested" | "invalidated", ClientLockEntry[]>>;

/** A server of which 101 and 102 are clients, and a lock of it. */
function locked(lists: Lists): Mount {
  const m = serving(101, 102);
  const empty = { granted: [], requested: [], invalidated: [] };
  m.lockServer.locks = [{ key: 5 as LockKey, refs: 0, ...empty, ...lists }];
  return m;
}
function recovering(m: Mount, which = RECOV_LOCKS): Mount {
  m.recov.pending.push({ rid: 102 as Rid, which });
  return m;
}

/** What is told of these states, at a look each. */
function looks(...states: readonly Mount[]): string[] {
  const kept = lck2.start();
  const found: string[] = [];
  for (const state of states) {
    const judge = {
      ...{ now: 0, mountCount: 1, peekMount: () => ({ ...idle, state }) },
      violate: (_place: string, text: string) => {
        found.push(text);
      },
    };
    lck2.look?.(kept, judge);
  }
  return found;
}

describe("LCK2", () => {
  it.each(["granted", "requested", "invalidated"] as const)(
    "fires on a ghost that is %s",
    (list) => {
      const ghost = "mount 0: lock 5 is held for rid 103, which is not mounted";
      expect(seenIn(locked({ [list]: [entryOf(103)] }), lck2)).toEqual([ghost]);
      expect(seenIn(locked({ [list]: [entryOf(102)] }), lck2)).toEqual([]);
    },
  );

  it("says nothing of a server that recovers, or is down", () => {
    expect(seenIn(recovering(locked({ granted: [entryOf(103)] })), lck2)).toEqual([]);
    const down = locked({ granted: [entryOf(103)] });
    down.server.status = "DOWN";
    expect(seenIn(down, lck2)).toEqual([]);
  });
});

describe("LCK2 at a look, whatever is under way", () => {
  const text = "lock 5 is held for rid 103, which is not mounted";

  it("fires on a ghost that is still there at the next one, in a recovery too", () => {
    const m = recovering(locked({ granted: [entryOf(103)] }));
    expect(looks(m)).toEqual([]);
    expect(looks(m, m)).toEqual([text]);
    expect(looks(m, serving(101, 102), m)).toEqual([]);
  });

  it("lets a request for null wait for its turn, which ends it", () => {
    const asks = [entryOf(102, "write"), entryOf(103, "null")];
    const behind = locked({ invalidated: [entryOf(101)], requested: asks });
    expect(looks(behind, behind)).toEqual([]);
    const first = { requested: [entryOf(103, "null")] };
    const next = locked({ invalidated: [entryOf(101)], ...first });
    expect(looks(next, next)).toEqual([]);
    const recovers = recovering(locked(first));
    expect(looks(recovers, recovers)).toEqual([]);
  });

  it("fires on one that is there for good at its turn", () => {
    const first = { requested: [entryOf(103, "null"), entryOf(102)] };
    expect(looks(locked(first))).toEqual([]);
    expect(looks(locked(first), locked(first))).toEqual([text]);
    expect(seenIn(locked(first), lck2)).toEqual([`mount 0: ${text}`]);
    const greeted = recovering(locked(first), RECOV_GREETING);
    expect(looks(greeted, greeted)).toEqual([text]);
  });

  it("fires on a request for a mode that waits, and on what is out to a ghost", () => {
    const behind = { requested: [entryOf(102, "write"), entryOf(103)] };
    const waits = locked({ invalidated: [entryOf(101)], ...behind });
    expect(looks(waits, waits)).toEqual([text]);
    const out = { invalidated: [entryOf(103)], requested: [entryOf(103, "null")] };
    expect(looks(locked(out), locked(out))).toEqual([text]);
  });
});
