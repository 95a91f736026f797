// LIVE: each kind of obligation opens and closes where its file says, and is owed only while the
// environment is fair. That it fires on the model is in all.test.ts.

import { describe, expect, test } from "vitest";
import { fairness } from "../../../src/monitors/fairness.ts";
import { live } from "../../../src/monitors/live.ts";
import { obligations } from "../../../src/monitors/obligations/all.ts";
import { dropped, entriesOf, findings } from "./alter.ts";

type Step = readonly [atS: number, kind: string, mount: number, data?: object];
const SECOND = 1_000_000;

const rid = (mount: number) => ({ rid: 100 + mount });
/** Three slots and three members, heartbeat timeout 2 s. */
const cluster: Step[] = [
  [0, "cluster", -1, { slots: 3, heartbeatTimeoutMs: 2000 }],
  ...[0, 1, 2].flatMap((m): Step[] => [
    [0, "incarnation", m, { ...rid(m), slot: m }],
    [0, "quorum_block_event", m, { event: "BEGIN" }],
    [0, "quorum_block_event_ret", m, { event: "BEGIN", ret: 0 }],
  ]),
];

/** What is found up to `untilS`. */
function judged(steps: readonly Step[], untilS: number): string[] {
  const state = live.start();
  const found: string[] = [];
  const all: Step[] = [...cluster, ...steps, [untilS, "quorum_loop", 0]];
  for (const [atS, kind, mount, data = {}] of all) {
    const judge = { now: atS * SECOND, violate: (_p: string, text: string) => found.push(text) };
    live.on({ seq: 0, at: atS * SECOND, mount, kind, data }, state, judge);
  }
  return found;
}

const setup = { ...fairness(), slots: 3, heartbeatTimeoutMs: 2000 };
const boundS = (name: string): number =>
  Math.ceil((obligations.find((o) => o.name === name)?.boundUs(setup) ?? 0) / SECOND);

const begins = (m: number): Step => [11, "quorum_block_event", m, { event: "BEGIN" }];
const starting: Step = [9, "server_start", 0];
const lost = { conn_rid: 9, accepted: true, flags: "valid_greeting|reconn_wait" };
const loses: Step = [10, "conn_shutdown_complete", 0, lost];
const compacts = (kind: string, atS: number): Step => {
  const resp = kind === "net.response" ? 1 : 0;
  return [atS, kind, 5, { side: "client", cmd: "SRCH_GET_COMPACT", resp }];
};

/** What has to be open before. */
const before: Readonly<Record<string, Step>> = {
  "fence wait": starting,
  "transaction's write": [9, "trans_open", 1],
  "compaction request": [9, "incarnation", 5, { ...rid(5), slot: -1 }],
};
const ahead = (name: string): Step[] => [before[name]].filter((step) => step !== undefined);

const asks = { side: "client", cmd: "OPEN_INO_MAP", resp: 0, id: 9 };

/** How each opens and closes. */
const kinds: readonly (readonly [name: string, open: Step, close: Step])[] = [
  ["quorum worker's BEGIN", [10, "incarnation", 5, { slot: 2 }], begins(5)],
  ["quorum worker's BEGIN", [10, "incarnation", 5, { slot: 2 }], [11, "umount_begin", 5]],
  ["server start", [10, "server_start", 0], [11, "net_listen", 0]],
  ["transaction", [10, "trans_open", 1], [11, "trans_write_func", 1]],
  ["transaction", [10, "trans_open", 1], [11, "umount_begin", 1]],
  ["transaction's write", [10, "trans_write_func", 1], [11, "umount_begin", 1]],
  ["lost client's return", loses, [11, "conn_reconn_migrate", 0, { conn_rid: 9 }]],
  ["lost client's return", loses, [11, "conn_destroy_start", 0, { conn_rid: 9, accepted: true }]],
  ["lost client's return", loses, [11, "server_work_exit", 0]],
  ["compaction request", compacts("net.response", 10), compacts("net.submit", 11)],
  ["compaction request", compacts("net.response", 10), [11, "put_super", 5, rid(5)]],
  ["compaction request", compacts("net.response", 10), [11, "client_destroy", 5, {}]],
  ["fence wait", [10, "fence.fenced", 0, { rid: 9 }], [11, "fence_leaders_ret", 0, { ret: 0 }]],
  ["mount", [10, "fill_super", 5, rid(5)], [11, "fill_super_ret", 5, rid(5)]],
  ["unmount", [10, "unmounting", 5, { ...rid(5), force: false }], [11, "unmounted", 5, rid(5)]],
  ["forced unmount", [10, "unmounting", 5, { ...rid(5), force: true }], [11, "unmounted", 5]],
  ["recovery", [10, "recov_begin", 0], [11, "finished_recovery", 0]],
  ["recovery", [10, "recov_begin", 0], [11, "server_work_exit", 0]],
  ["fence request", [10, "fence.start", 0, { rid: 9 }], [11, "fence.fenced", 0, { rid: 9 }]],
  ["fence request", [10, "fence_start", 0, { rid: 9 }], [11, "fenced_store", 0]],
  ["server commit", [10, "server_commit_start", 0], [11, "server_commit_end", 0]],
  ["lock wait", [10, "lock_wait", 5, { task: 9 }], [11, "lock_locked", 5, { task: 9 }]],
  ["lock wait", [10, "lock_wait", 5, { task: "tar-9" }], [11, "lock_failed", 5, { task: 9 }]],
  ["lock wait", [10, "lock_wait", 5, { task: 9 }], [11, "umount_begin", 5]],
  ["open map", [10, "net.submit", 5, asks], [11, "net_recv_message", 5, { ...asks, resp: 1 }]],
  ["open map", [10, "net.submit", 5, asks], [11, "umount_begin", 5]],
];

describe("an obligation", () => {
  test("of every kind is shown here", () => {
    expect([...new Set(kinds.map(([name]) => name))].sort()).toEqual(
      obligations.map(({ name }) => name).sort(),
    );
  });

  test.each(kinds)(
    "%s fires past its bound, not before, and not once it is closed",
    (name, open, close) => {
      const late = 10 + boundS(name) + 1;
      const first = ahead(name);
      expect(judged([...first, open], late)).toHaveLength(1);
      expect(judged([...first, open], late - 2)).toEqual([]);
      expect(judged([...first, open, close], late)).toEqual([]);
    },
  );

  test.each(kinds)("%s is not owed while a fault lasts, and anew after it", (name, open) => {
    const late = 10 + boundS(name) + 1;
    const first = ahead(name);
    expect(judged([...first, open, [11, "unfair", -1]], late)).toEqual([]);
    const healed: Step[] = [...first, open, [11, "unfair", -1], [40, "fair", -1]];
    expect(judged(healed, late)).toEqual([]);
    expect(judged(healed, late + 31)).toHaveLength(1);
  });

  test("is owed to nobody who is dead", () => {
    for (const [, open] of kinds) {
      expect(judged([open, [12, "dead", open[2]]], 500)).toEqual([]);
    }
  });
});

test("a transaction that is opened in a forced unmount is owed by nobody", () => {
  expect(
    judged(
      [
        [9, "umount_begin", 1],
        [10, "trans_open", 1],
      ],
      500,
    ),
  ).toEqual([]);
});

test("a transaction's write ends when the next one is open, and begins where one was", () => {
  const begin = (atS: number): Step => [atS, "trans_write_func", 1];
  const open = (atS: number): Step => [atS, "trans_open", 1];
  const late = 11 + boundS("transaction's write");
  const again = [open(late - 2), begin(late - 1)];
  expect(judged([open(9), begin(10), ...again], late)).toEqual([]);
  expect(judged([open(9), begin(10), begin(late - 1)], late)).toHaveLength(1);
  expect(judged([begin(10)], 500)).toEqual([]);
});

test("a fence request is waited for by nobody but a starting server, and not with another", () => {
  const answered: Step = [11, "fence.fenced", 0, { rid: 9 }];
  expect(judged([answered], 18)).toEqual([]);
  const other: Step = [10, "fence.start", 0, { rid: 8 }];
  expect(judged([starting, other, answered], 18)).toEqual([]);
  expect(judged([starting, other, answered, [12, "fence.error", 0, { rid: 8 }]], 18)).toHaveLength(
    1,
  );
});

test("a start that makes another fence request waits for that too", () => {
  const answered: Step = [11, "fence.fenced", 0, { rid: 9 }];
  const other: Step = [12, "fence.start", 0, { rid: 8 }];
  const first: Step = [10, "fence.start", 0, { rid: 9 }];
  expect(judged([starting, first, answered], 18)).toHaveLength(1);
  expect(judged([starting, first, answered, other], 18)).toEqual([]);
  const late: Step = [14, "fence.fenced", 0, { rid: 8 }];
  expect(judged([starting, first, answered, other, late], 20)).toHaveLength(1);
});

describe("an unmount", () => {
  const leaves = (m: number, atS: number): Step => [
    atS,
    "unmounting",
    m,
    { ...rid(m), force: false },
  ];

  test("of a member that is needed for the majority is owed nothing", () => {
    expect(judged([leaves(0, 10), [12, "unmounted", 0], leaves(1, 20)], 500)).toEqual([]);
  });

  test("of all who are left is owed to each of them", () => {
    const all = [leaves(0, 10), leaves(1, 10), leaves(2, 10)];
    expect(judged(all, 500)).toHaveLength(3);
  });

  test("is owed to those who are left by a lost mount, once the others can know of that", () => {
    const dies: Step = [10, "dead", 2];
    const both = (atS: number) => [dies, leaves(0, atS), leaves(1, atS)];
    expect(judged(both(20), 500)).toEqual([]);
    expect(judged(both(35), 500)).toHaveLength(2);
    expect(judged([leaves(0, 9), dies, leaves(1, 35)], 500)).toEqual([]);
    // one that is taken away is known to be gone, unless a fault hides that
    const forced: Step = [10, "umount_begin_forced", 2, rid(2)];
    expect(judged([forced, leaves(0, 20), leaves(1, 20)], 500)).toHaveLength(2);
    const hidden: Step[] = [[9, "unfair", -1], forced, [15, "fair", -1]];
    expect(judged([...hidden, leaves(0, 20), leaves(1, 20)], 500)).toEqual([]);
  });

  test("is owed although an agent was killed, which nobody counts", () => {
    const agent = 9;
    const all = (atS: number) => [leaves(0, atS), leaves(1, atS), leaves(2, atS)];
    expect(judged([[20, "dead", agent], ...all(30)], 500)).toHaveLength(3);
    expect(judged([...all(30), [31, "dead", agent]], 500)).toHaveLength(3);
    // one that no server has let go is counted also after its forced unmount
    const comes: Step = [5, "incarnation", 3, { ...rid(3), slot: -1 }];
    const forced: Step[] = [comes, [20, "umount_begin", 3, rid(3)], [20, "dead", 3]];
    expect(judged([...forced, ...all(30)], 500)).toEqual([]);
    const letGo: Step = [21, "reclaim_rid", 0, rid(3)];
    expect(judged([...forced, ...all(50)], 500)).toHaveLength(3);
    expect(judged([...forced.slice(0, 2), letGo, [22, "dead", 3], ...all(30)], 500)).toHaveLength(
      3,
    );
  });

  test("is not owed while the end of one that was taken away is under way", () => {
    const forced: Step = [10, "umount_begin_forced", 2, rid(2)];
    expect(judged([forced, leaves(0, 10.02), leaves(1, 10.023)], 500)).toEqual([]);
    expect(judged([leaves(0, 9.9), forced, leaves(1, 10.1)], 500)).toEqual([]);
    expect(judged([forced, leaves(0, 11), leaves(1, 11)], 500)).toHaveLength(2);
    // a fault that begins then holds that end up
    const fault = (atS: number): Step[] => [
      [atS, "unfair", -1],
      [atS + 1, "fair", -1],
    ];
    const both = [leaves(0, 20), leaves(1, 20)];
    expect(judged([forced, ...fault(10.5), ...both], 500)).toEqual([]);
    expect(judged([forced, ...fault(11.5), ...both], 500)).toHaveLength(2);
  });

  test("is not owed either while that end may wait behind what a fault held up", () => {
    const fault: Step[] = [
      [5, "unfair", -1],
      [9, "fair", -1],
    ];
    const forced: Step = [10, "umount_begin_forced", 2, rid(2)];
    const both = (atS: number) => [leaves(0, atS), leaves(1, atS)];
    expect(judged([...fault, forced, ...both(12)], 500)).toEqual([]);
    expect(judged([...fault, forced, ...both(32)], 500)).toEqual([]);
    expect(judged([...fault, forced, ...both(34)], 500)).toHaveLength(2);
    const later: Step = [34, "umount_begin_forced", 2, rid(2)];
    expect(judged([...fault, later, ...both(36)], 500)).toHaveLength(2);
  });

  test("is owed to those who are left by a mount that failed, once the others can know", () => {
    const comes: Step = [5, "incarnation", 3, { ...rid(3), slot: -1 }];
    const fails: Step = [8, "fill_super_ret", 3, { ...rid(3), error: "EINTR" }];
    const all = (atS: number) => [leaves(0, atS), leaves(1, atS), leaves(2, atS)];
    expect(judged([comes, ...all(40)], 500)).toEqual([]);
    expect(judged([comes, fails, ...all(40)], 500)).toHaveLength(3);
    expect(judged([comes, fails, ...all(9)], 500)).toEqual([]);
    const letGo: Step = [7, "reclaim_rid", 0, rid(3)];
    expect(judged([comes, letGo, fails, ...all(9)], 500)).toHaveLength(3);
    expect(judged([comes, [8, "fill_super_ret", 3, rid(3)], ...all(40)], 500)).toEqual([]);
  });

  test("is not owed where a majority was let go before it asked, or a worker failed", () => {
    const goes: Step = [12, "reclaim_rid", 0, rid(1)];
    const forced: Step = [13, "umount_begin_forced", 0, rid(0)];
    expect(judged([leaves(1, 10), forced, leaves(2, 14)], 500)).toHaveLength(2);
    expect(judged([leaves(1, 10), goes, forced, leaves(2, 14)], 500)).toEqual([]);
    const all = [leaves(0, 10), leaves(1, 10), leaves(2, 10)];
    const fails: Step = [11, "quorum_worker_exit", 2, { ret: "EIO" }];
    expect(judged([...all, fails], 500)).toEqual([]);
    const failed: Step = [9, "quorum_worker_exit", 2, { ret: "EIO" }];
    const four: Step[] = [[8, "quorum_block_event_ret", 3, { event: "BEGIN", ret: 0 }], ...all];
    expect(judged([...four, leaves(3, 11)], 500)).toHaveLength(4);
    expect(judged([failed, ...four, leaves(3, 11)], 500)).toHaveLength(4);
    const letGo: Step = [11, "reclaim_rid", 0, rid(1)];
    expect(judged([failed, ...four, letGo, leaves(3, 12)], 500)).toEqual([]);
    const gone: Step = [11, "reclaim_rid", 0, rid(2)];
    expect(judged([failed, ...four, gone, letGo, leaves(3, 12)], 500)).toHaveLength(4);
    expect(judged([failed, [9, "dead", 2], leaves(0, 40), leaves(1, 40)], 500)).toHaveLength(2);
    expect(judged([...all, [11, "quorum_worker_exit", 2, { ret: 0 }]], 500)).toHaveLength(3);
  });
});

describe("behind a lock that others use", () => {
  const waits = (atS: number): Step => [atS, "lock_wait", 5, { task: 9 }];
  const gets = (atS: number): Step => [atS, "lock_locked", 5, { task: 9 }];
  const begins: [string, Step][] = [
    ["mount", [10, "fill_super", 5, rid(5)]],
    ["unmount", [10, "unmounting", 5, { ...rid(5), force: false }]],
  ];

  test.each(begins)("%s is owed anew once it has the lock", (name, opens) => {
    const bound = boundS(name);
    const late = 10 + bound + 1;
    expect(judged([opens, waits(20)], late)).toEqual([]);
    expect(judged([opens, waits(20), gets(late - 1)], late + bound - 2)).toEqual([]);
    expect(judged([opens, waits(20), gets(late - 1)], late + bound)).toHaveLength(1);
    const other: Step = [20, "lock_wait", 1, { task: 9 }];
    expect(judged([opens, other], late)).toHaveLength(1);
  });

  test.each(begins)("the lock itself is owed, and %s is not owed for it", (_name, opens) => {
    const found = judged([opens, waits(20)], 20 + boundS("lock wait") + 1);
    expect(found).toEqual([expect.stringMatching(/lock wait \(9\) has not ended/)]);
  });
});

test("a forced unmount of a member may take as long as that listens for heartbeats", () => {
  const opens: Step = [10, "unmounting", 1, { ...rid(1), force: true }];
  const option: Step = [5, "heartbeat_timeout", 1, { heartbeatTimeoutMs: 60_000 }];
  const late = 10 + boundS("forced unmount") + 1;
  expect(judged([opens], late)).toHaveLength(1);
  expect(judged([option, opens], 10 + 60)).toEqual([]);
  expect(judged([option, opens], late + 60 - 15)).toHaveLength(1);
});

test("a recovery of the real system without its end is found", () => {
  const real = entriesOf("b1-leader-umount3");
  const late = {
    ...real.at(-1)!,
    seq: 1e6,
    at: real.at(-1)!.at + 100 * SECOND,
    kind: "quorum_loop",
  };
  const ends = ["finished_recovery", "recov_shutdown", "server_work_exit"];
  const spoilt = [...dropped(real, (c) => ends.includes(c.kind)), late];
  expect(findings([...real, late], live)).toEqual([]);
  expect(findings(spoilt, live)[0]).toMatch(/recovery has not ended/);
});

/** Three slots, and mounts that begin together. */
describe("a fence request that times out begins a new wait", () => {
  const opens: Step = [10, "fill_super", 5, { rid: 105 }];
  const late = 10 + boundS("mount") + 1;
  const times = (atS: number): Step => [atS, "fence.error", 0, { rid: 9, by: "timer" }];
  const answers = (atS: number): Step => [atS, "fence.fenced", 0, { rid: 8 }];

  test("if some other was answered since the last", () => {
    expect(judged([opens], late)).toHaveLength(1);
    expect(judged([opens, times(40)], late)).toEqual([]);
    expect(judged([opens, times(40), answers(50), times(80)], late + 60)).toEqual([]);
  });

  test("so does a server that starts and waits in vain", () => {
    const waited = (atS: number, ret: unknown): Step => [atS, "fence_leaders_ret", 0, { ret }];
    expect(judged([opens, waited(40, "ETIMEDOUT")], late)).toEqual([]);
    expect(judged([opens, waited(40, -110)], late)).toEqual([]);
    expect(judged([opens, waited(40, "EIO")], late)).toHaveLength(1);
    expect(judged([opens, times(40), waited(80, "ETIMEDOUT")], late + 60)).toHaveLength(1);
  });

  test("if somebody was fenced for a server that had given up by then", () => {
    const writes = (file: string): Step => [50, "agent.answer", 7, { rid: "8", file }];
    expect(judged([opens, times(40), writes("fenced"), times(80)], late + 60)).toEqual([]);
    expect(judged([opens, times(40), writes("error"), times(80)], late + 60)).toHaveLength(1);
  });

  test("not when the agent gets nowhere", () => {
    expect(judged([opens, times(40), times(80)], late + 60)).toHaveLength(1);
  });
});
