// WAK1 fires on a sleeper whose condition holds at two looks, and not while something of its kernel
// is about to run, nor when it holds at one look only.

import { describe, expect, test } from "vitest";
import { wak1 } from "../../../../sim/cluster/plan/sleepers.ts";
import { serving } from "../../monitors/states.ts";

const frame = (program: string) => ({ program, label: "l", locals: { count: 0 } });
const asleep = (program: string, wait: string) => ({
  ...{ generation: 1, resume: 4, scheduled: false, frames: [frame(program)] },
  park: { on: "wait", wait },
});
const PLACE = "scoutfs_trans_sync @ wait attempted";

/** What it says at the last of some looks, each with the count of writes then. */
function said(
  tasks: readonly object[],
  counts: readonly number[],
  works = new Map(),
  ...happened: readonly string[]
): string[] {
  const state = serving(101);
  state.trans.setUp = true;
  const kept = wak1.start();
  const found: string[] = [];
  for (const did of happened) wak1.on({ data: { host: 0, did } } as never, kept, {} as never);
  const view = {
    ...{ now: 0, mountCount: 1, peekMount: () => ({ alive: true, host: 0, state, tasks, works }) },
    violate: (place: string) => {
      found.push(place);
    },
  };
  for (const count of counts) {
    state.trans.writeCount = count;
    wak1.look?.(kept, view as never);
  }
  return found;
}

describe("WAK1", () => {
  const sync = asleep("scoutfs_trans_sync", "attempted");

  test("fires at the second look", () => {
    expect(said([sync], [1])).toEqual([]);
    expect(said([sync], [1, 1])).toEqual([PLACE]);
    expect(said([sync], [1, 0, 1])).toEqual([]);
  });

  test("waits for what is about to run, and for who was woken", () => {
    const runs = { ...asleep("x", "y"), park: undefined };
    expect(said([sync, runs], [1, 1])).toEqual([]);
    expect(said([{ ...sync, scheduled: true }], [1, 1])).toEqual([]);
    const queued = new Map([["w", { pending: true, timer: 0, dropped: false }]]);
    expect(said([sync], [1, 1], queued)).toEqual([]);
  });

  test("knows that a commit which nobody is in can be joined", () => {
    const hold = asleep("server_hold_commit", "held");
    expect(said([hold], [0, 0])).toEqual(["server_hold_commit @ wait held"]);
  });

  test("asks nothing of a host that stands still", () => {
    expect(said([sync], [1, 1], new Map(), "pause")).toEqual([]);
    expect(said([sync], [1, 1], new Map(), "pause", "resume")).toEqual([PLACE]);
  });

  test("leaves alone what comes by a socket", () => {
    expect(said([asleep("scoutfs_net_recv_worker", "arrived")], [1, 1])).toEqual([]);
  });
});
