// WRK1 fires on each thing that is to be done and that nobody has queued, and on each timer that is
// missing or left; what is queued, runs or is woken is in order, and what a draining queue has
// dropped is not.

import { describe, expect, it } from "vitest";
import { allocate, numberOf } from "../../../src/core/index.ts";
import type { MountView } from "../../../src/monitors/types.ts";
import { wrk1 } from "../../../src/monitors/wrk1.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { idle, serving } from "./states.ts";

const queued = { pending: true, dropped: false, timer: 0, running: -1 };
const later = { ...queued, timer: 7 };
const running = { ...queued, pending: false, running: 3 };
const dropped = { ...queued, dropped: true };
type Work = typeof queued;
type Kernel = Omit<MountView, "alive" | "state">;

function found(state: Mount, kernel: Partial<Kernel> = {}): string[] {
  const texts: string[] = [];
  const judge = {
    ...{ now: 0, mountCount: 1, peekMount: () => ({ ...idle, ...kernel, state }) },
    violate: (_place: string, text: string) => {
      texts.push(text);
    },
  };
  wrk1.look?.(wrk1.start(), judge);
  return texts;
}
const works = (key: string, work: Work) => ({ works: new Map([[key, work]]) });
const armed = (key: string) => ({ timers: new Map([[key, { armed: true }]]) });

function conn(flags: object, sendQueue: readonly object[] = []): [Mount, number] {
  const m = serving(101);
  const h = allocate(m.net.conns, { flags, sendQueue } as never);
  return [m, numberOf(h)];
}

describe("WRK1 of a connection", () => {
  it("fires on a message that may be sent while the send worker is not set", () => {
    const [m, of] = conn({ established: true }, [{}]);
    const lies = ["a message may be sent and nobody sends it"];
    const work = `scoutfs_net_send_worker#${of}`;
    expect(found(m)).toEqual(lies);
    expect(found(m, works(work, dropped))).toEqual(lies);
    expect(found(m, works(work, queued))).toEqual([]);
    expect(found(m, works(work, running))).toEqual([]);
    expect(found(conn({ established: false }, [{}])[0])).toEqual([]);
    expect(found(conn({ established: true })[0])).toEqual([]);
  });

  it("fires on one that is to shut down and has no worker for it", () => {
    const [m, of] = conn({ shuttingDown: true, reconnWait: false });
    expect(found(m)).toEqual(["a connection is to shut down and nobody shuts it down"]);
    for (const name of ["shutdown", "destroy"]) {
      expect(found(m, works(`scoutfs_net_${name}_worker#${of}`, queued))).toEqual([]);
    }
    expect(found(conn({ shuttingDown: true, reconnWait: true })[0])).toEqual([]);
  });
});

function fencing(answer: { readonly fenced: boolean; readonly error: boolean }): [Mount, string] {
  const m = serving(101);
  const h = allocate(m.fence.fences, { rid: 103, ...answer } as never);
  m.fence.list.push(h);
  return [m, `fence_timeout#${numberOf(h)}`];
}

describe("WRK1 of timers", () => {
  it("fires on a fence request without one, and on one that is fenced and has it still", () => {
    const [open, timer] = fencing({ fenced: false, error: false });
    expect(found(open)).toEqual(["the request for rid 103 waits for an answer without a timer"]);
    expect(found(open, armed(timer))).toEqual([]);
    const frames = [{ program: "fenced_store", label: "mark" }];
    const stores = { frames, park: undefined, scheduled: true };
    expect(found(open, { tasks: [stores] })).toEqual([]);
    expect(found(fencing({ fenced: false, error: true })[0])).toEqual([]);
    const [fenced, left] = fencing({ fenced: true, error: false });
    expect(found(fenced)).toEqual([]);
    expect(found(fenced, armed(left))).toEqual([
      "the request for rid 103 is fenced and still timed",
    ]);
  });

  it("fires on the timer of a recovery that is over, unless its end is under way", () => {
    const m = serving(101);
    m.recov.begun = true;
    const timed = armed("recov_timer_callback");
    expect(found(m)).toEqual([]);
    expect(found(m, timed)).toEqual(["all have recovered and the recovery is still timed"]);
    const frames = [{ program: "scoutfs_recov_finish", label: "enter" }];
    const tasks = [{ frames, park: undefined, scheduled: true }];
    expect(found(m, { ...timed, tasks })).toEqual([]);
    m.recov.pending.push({ rid: 103 as never, which: 1 });
    expect(found(m, timed)).toEqual([]);
  });
});

describe("WRK1 of a mount", () => {
  it("fires on a sync that waits for a write which is not to begin now", () => {
    const sync = {
      frames: [{ program: "scoutfs_trans_sync", label: "wait" }],
      park: { on: "wait" },
    };
    const tasks = [{ ...sync, scheduled: false }];
    const write = (work: Work) => ({ tasks, ...works("scoutfs_trans_write_func", work) });
    const waits = ["a sync waits for a write that is not to begin now"];
    const m = serving(101);
    expect(found(m, { tasks })).toEqual(waits);
    expect(found(m, write(later))).toEqual(waits);
    expect(found(m, write(queued))).toEqual([]);
    expect(found(m, write(running))).toEqual([]);
    expect(found(m, { tasks: [{ ...sync, scheduled: true }] })).toEqual([]);
  });

  it("fires when nobody is going to ask for a compaction", () => {
    const m = serving(101);
    m.srch.setUp = true;
    expect(found(m)).toEqual(["nobody is going to ask for a compaction"]);
    expect(found(m, works("scoutfs_srch_compact_worker", later))).toEqual([]);
    m.srch.shutdown = true;
    expect(found(m)).toEqual([]);
  });

  it("fires on a lock that is asked for back while its worker is not set", () => {
    const m = serving(101);
    const lock = (users: number) => ({
      invalidations: [{ lock: { newMode: "null" } }],
      users: { null: 0, read: users, write: 0, write_only: 0 },
    });
    m.lock.invList = [allocate(m.lock.locks, lock(0) as never)];
    expect(found(m)).toEqual([
      "a lock is asked for back, nobody uses it, and nobody gives it back",
    ]);
    expect(found(m, works("lock_invalidate_worker#0", queued))).toEqual([]);
    m.lock.invList = [allocate(m.lock.locks, lock(1) as never)];
    expect(found(m)).toEqual([]);
  });

  it("fires on it in a mount that leaves, until that gives its locks up", () => {
    const m = serving(101);
    const users = { null: 0, read: 0, write: 0, write_only: 0 };
    const asked = { invalidations: [{ lock: { newMode: "null" } }], users };
    m.lock.invList = [allocate(m.lock.locks, asked as never)];
    m.lock.shutdown = true;
    expect(found(m)).toHaveLength(1);
    const frames = [{ program: "scoutfs_lock_destroy", label: "enter" }];
    const destroys = { frames, park: undefined, scheduled: false };
    expect(found(m, { tasks: [destroys] })).toEqual([]);
  });
});

describe("WRK1 of a lock that is waited for", () => {
  const START = 1024;
  const waiter = {
    frames: [
      { program: "use_inode", label: "used" },
      { program: "lock_key_range", label: "again" },
    ],
    park: { on: "wait" },
    scheduled: false,
  };
  const lost = [`lock ${START} is waited for, and its request is nowhere`];

  function waiting(queues: object, requestPending = true, more: object = {}): Mount {
    const m = serving(101);
    const waiters = { null: 0, read: 1, write: 0, write_only: 0 };
    allocate(m.lock.locks, { start: START, requestPending, waiters, ...more } as never);
    const flags = { established: false, shuttingDown: false };
    allocate(m.net.conns, { flags, sendQueue: [], resendQueue: [], ...queues } as never);
    return m;
  }
  const request = (fields: object = {}) => {
    return { cmd: "LOCK", response: false, data: { key: START }, ...fields };
  };

  it("is quiet while somebody is about to make the request", () => {
    const asking = (label: string) => ({
      frames: [{ program: "lock_key_range", label }],
      park: undefined,
      scheduled: true,
    });
    expect(found(waiting({}), { tasks: [waiter, asking("send")] })).toEqual([]);
    expect(found(waiting({}), { tasks: [waiter, asking("wait")] })).toEqual(lost);
  });

  it("fires when its pending request is in no queue", () => {
    expect(found(waiting({}), { tasks: [waiter] })).toEqual(lost);
    for (const other of [{ response: true }, { cmd: "STATFS" }, { data: { key: 1 } }]) {
      const queues = { resendQueue: [request(other)] };
      expect(found(waiting(queues), { tasks: [waiter] })).toEqual(lost);
    }
  });

  it.each(["sendQueue", "resendQueue"])("has its request in the %s", (queue) => {
    expect(found(waiting({ [queue]: [request()] }), { tasks: [waiter] })).toEqual([]);
  });

  it("is quiet when its grant has come and is put off", () => {
    expect(found(waiting({}, true, { grant: {} }), { tasks: [waiter] })).toEqual([]);
  });

  it("asks nothing when none is pending, or whoever waits was woken", () => {
    expect(found(waiting({}, false), { tasks: [waiter] })).toEqual([]);
    expect(found(waiting({}), { tasks: [{ ...waiter, scheduled: true }] })).toEqual([]);
  });

  it.each(["client_lock_response", "scoutfs_umount_begin"])("leaves time to %s", (program) => {
    const task = { frames: [{ program, label: "enter" }], park: undefined, scheduled: false };
    expect(found(waiting({}), { tasks: [waiter, task] })).toEqual([]);
  });
});
