// QRM4 fires when a majority stays without a server, and says how long.

import { describe, expect, it } from "vitest";
import { qrm4 } from "../../../src/monitors/qrm4.ts";
import { altered, dropped, entriesOf, findings, is, theFirst } from "./alter.ts";

const alive = entriesOf("c1-force-umount-client");
const agentless = entriesOf("k2-no-fence-agent");

describe("QRM4", () => {
  it("fires when no server ever listens", () => {
    const found = findings(dropped(alive, is("net_listen")), qrm4);
    expect(found[0]).toMatch(/^line \d+: no server: 3 members had no server for 30\.\d s$/);
  });

  it("fires when the starts that failed for want of an agent are left out", () => {
    const spoilt = dropped(agentless, is("fence_leaders_ret", { ret: -110 }));
    expect(findings(spoilt, qrm4)).toEqual([
      expect.stringMatching(/^line \d+: no server: 2 members had no server for 23\.6 s$/),
    ]);
  });

  it("owes nothing while fewer than a majority of the slots runs", () => {
    const cluster = theFirst(alive, is("cluster"), -1);
    const silent = dropped(alive, is("net_listen"));
    expect(findings(altered(silent, cluster, { slots: 9 }), qrm4)).toEqual([]);
  });
});

type Step = readonly [atS: number, kind: string, mount: number, data?: object];

function begins(atS: number, mount: number): Step {
  return [atS, "quorum_block_event_ret", mount, { event: "BEGIN", ret: 0 }];
}
const members = [0, 1, 2].map((mount) => begins(0, mount));

/** With a timeout of 10 s the bound is 30.5 s. */
function judged(steps: readonly Step[], untilS: number): string[] {
  const state = qrm4.start();
  const found: string[] = [];
  const cluster = [0, "cluster", -1, { slots: 3, heartbeatTimeoutMs: 10_000 }] as const;
  const all: Step[] = [cluster, ...members, ...steps, [untilS, "quorum_loop", 1]];
  for (const [atS, kind, mount, data = {}] of all) {
    const judge = { now: atS * 1e6, violate: (_place: string, text: string) => found.push(text) };
    qrm4.on({ seq: 0, at: atS * 1e6, mount, kind, data }, state, judge);
  }
  return found;
}

describe("a member that was elected and does not listen yet", () => {
  const elected = [20, "quorum_block_event", 0, { event: "ELECT" }] as const;
  function stored(ret: 0 | "EIO"): Step {
    return [21, "quorum_block_event_ret", 0, { event: "ELECT", ret }];
  }

  it.each(["umount_begin", "unmounting"])("begins the count anew when it goes, %s", (kind) => {
    expect(judged([elected, [30, kind, 0]], 59)).toEqual([]);
    expect(judged([elected, [30, kind, 0]], 61)).toHaveLength(1);
    expect(judged([elected, stored(0), [30, kind, 0]], 59)).toEqual([]);
  });

  it("is counted from the end of its server once its worker has left with its mount", () => {
    const ends = [29, "server_work_exit", 0] as const;
    const leaves = [29.2, "quorum_block_event", 0, { event: "END" }] as const;
    const fails = [45, "fill_super_ret", 0, { error: "EINTR" }] as const;
    expect(judged([elected, stored(0), ends, leaves, fails], 59)).toEqual([]);
    expect(judged([elected, stored(0), ends, leaves, fails], 60)).toHaveLength(1);
    expect(judged([elected, stored(0), ends], 31)).toHaveLength(1);
    expect(judged([ends, leaves], 31)).toHaveLength(1);
  });

  it("does not when its ELECT could not be written", () => {
    expect(judged([elected, stored("EIO"), [30, "umount_begin", 0]], 31)).toHaveLength(1);
  });

  it("counts no worker that broke off, and the others anew", () => {
    const broke = (mount: number) => [5, "quorum_worker_exit", mount, { ret: "EIO" }] as const;
    expect(judged([broke(0)], 35)).toEqual([]);
    expect(judged([broke(0)], 36)).toHaveLength(1);
    expect(judged([broke(0), broke(1)], 99)).toEqual([]);
  });

  it("counts one that broke off because its server stopped", () => {
    const broke = (mount: number) =>
      [5, "quorum_worker_exit", mount, { ret: "ESHUTDOWN" }] as const;
    expect(judged([broke(0), broke(1)], 30)).toEqual([]);
    expect(judged([broke(0), broke(1)], 31)).toHaveLength(1);
  });

  it("does not when another goes", () => {
    expect(judged([elected, [30, "umount_begin", 2]], 31)).toHaveLength(1);
  });
});

describe("a member that comes while there is no server", () => {
  const goes = (atS: number, mount: number): Step => [atS, "umount_begin", mount];

  it("is counted from its BEGIN once those who came before are too few", () => {
    const replaced = [begins(10, 3), goes(11, 0), goes(12, 1)];
    expect(judged(replaced, 40)).toEqual([]);
    expect(judged(replaced, 41)).toHaveLength(1);
  });

  it("does not begin the count anew while those who came before are enough", () => {
    expect(judged([begins(10, 3), goes(11, 0), begins(12, 4)], 30)).toEqual([]);
    expect(judged([begins(10, 3), goes(11, 0), begins(12, 4)], 31)).toHaveLength(1);
  });
});
