// Repairs of the server and its mount, each beside what main does in the same run.

import { describe, expect, test } from "vitest";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import { start } from "../../sim/engine/build.ts";
import { peekBlock } from "../../sim/engine/device.ts";
import { failIo } from "../../sim/engine/hosts.ts";
import {
  type Address,
  allocate,
  done,
  each,
  fail,
  free,
  get,
  program,
  type Rid,
  us,
} from "../../src/core/index.ts";
import type { Connection, ConnHandle } from "../../src/net/types.ts";
import type { Scoutfs } from "../../src/protocol.ts";
import { quorumBlockName } from "../../src/quorum/config.ts";
import type { QuorumBlock } from "../../src/quorum/types.ts";
import type { Variant } from "../../src/variants/types.ts";
import * as at from "../unit/server/world.ts";
import {
  answerFences,
  becomes,
  elect,
  hold,
  reaches,
  release,
  SECOND,
} from "../unit/server/world.ts";

type Variants = readonly Variant[];
/** Enough that two are elected in one term. */
const SEEDS = 20;
const client = (n: number) => ({ rid: n as Rid, address: n as Address, quorum: false });
const stop = (w: at.WholeWorld) => start(w, 0, "scoutfs_server_stop_wait", { cause: "test" });
const status = (w: at.WholeWorld) => at.stateOf(w).server.status;

function onMainAndWith<T>(id: string, run: (variants: Variants) => T): [T, T] {
  return [run([]), run([variantOf(id)])];
}

describe("the status of the server", () => {
  test("is DOWN when the server has finished, whoever stops it at that moment", () => {
    const run = (variants: Variants) => {
      const w = at.serverWorld("down", variants);
      failIo(w, 0, 1000);
      const it = hold(w, "server_down", "swap");
      elect(w, 3);
      expect(reaches(w, it)).toBe(true);
      stop(w);
      w.runFor(1000);
      release(w, it);
      w.runFor(SECOND);
      return status(w);
    };
    expect(onMainAndWith("server-down-always-ends-down", run)).toEqual(["STOPPING", "DOWN"]);
  });

  test("heeds a stop that comes while the server gets up", () => {
    const run = (variants: Variants) => {
      const w = at.serverWorld("up", variants);
      const beforeUp = hold(w, "scoutfs_server_worker", "up");
      elect(w, 3);
      expect(reaches(w, beforeUp)).toBe(true);
      const it = hold(w, "stop_server", "swap");
      stop(w);
      expect(reaches(w, it)).toBe(true);
      release(w, beforeUp);
      expect(becomes(w, "UP")).toBe(true);
      release(w, it);
      w.runFor(SECOND);
      return status(w);
    };
    expect(onMainAndWith("stop-of-a-starting-server-is-kept", run)).toEqual(["UP", "DOWN"]);
  });
});

test("a start ends with the error of a fence", () => {
  const run = (variants: Variants) => {
    const w = at.serverWorld("error", variants);
    at.putLeader(w, 7, 2);
    elect(w, 3);
    w.runFor(SECOND);
    answerFences(w, "error");
    w.runFor(100_000);
    return at.statuses(w).includes("UP");
  };
  expect(onMainAndWith("fence-error-ends-the-start", run)).toEqual([true, false]);
});

test("a recovery timeout passes over a client that was reclaimed right before", () => {
  const run = (variants: Variants) => {
    const w = at.serverWorld("timeout", variants);
    at.putSuper(w, { mountedClients: [client(7)] });
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    w.runFor(28 * SECOND);
    start(w, 0, "scoutfs_fence_start", { rid: 7, address: 7, reason: "client_reconnect" });
    w.runFor(100_000);
    const it = hold(w, "reclaim_worker", "finishRecovery");
    answerFences(w);
    w.runFor(5 * SECOND);
    release(w, it);
    w.runFor(SECOND);
    return status(w);
  };
  const id = "recovery-timeout-bears-a-reclaimed-client";
  expect(onMainAndWith(id, run)).toEqual(["DOWN", "UP"]);
});

describe("a client that recovery waits for", () => {
  const greet = (w: at.WholeWorld) => {
    const conn = at.accepted(w);
    const data = { serverTerm: 2, rid: 7 as Rid, farewell: false, quorum: false };
    at.request(w, conn, { name: "server_greeting", cmd: "GREETING", data });
    w.runFor(SECOND);
    const errors = at
      .sentTo(w, conn)
      .flatMap(({ cmd, error }) => (cmd === "GREETING" ? [error] : []));
    return [
      ...errors,
      ...at.returned(w, "server_greeting"),
      get(at.stateOf(w).net.conns, conn).rid,
    ];
  };
  const comesBack = (beforeGreeting: (w: at.WholeWorld) => void) => (variants: Variants) => {
    const w = at.serverWorld("back", variants);
    at.putSuper(w, { mountedClients: [client(7)] });
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    beforeGreeting(w);
    return greet(w);
  };
  const id = "client-being-fenced-is-not-greeted";
  const greeted = [undefined, undefined, 7];
  const refused = ["ENOLINK", "ENOLINK", 0];

  test("is not greeted once its fencing is asked for", () => {
    const run = comesBack((w) => {
      w.runFor(31 * SECOND);
      expect(at.fencedRids(w)).toEqual([7]);
    });
    expect(onMainAndWith(id, run)).toEqual([greeted, refused]);
  });

  test("is greeted before that, and when it was reclaimed", () => {
    const soon = comesBack((w) => w.runFor(SECOND));
    expect(onMainAndWith(id, soon)).toEqual([greeted, greeted]);
    const late = comesBack((w) => {
      w.runFor(31 * SECOND);
      answerFences(w);
      w.runFor(3 * SECOND);
      expect(at.fencedRids(w)).toEqual([]);
    });
    expect(onMainAndWith(id, late)).toEqual([greeted, greeted]);
  });
});

describe("the connection of a client that was fenced and reclaimed", () => {
  /** The requests to fence it, and what is left of its connections. */
  const reclaimed = (beforeReclaim: (w: at.WholeWorld, conn: ConnHandle) => void) => {
    return (variants: Variants) => {
      const w = at.serverWorld("reclaimed", variants);
      const conn = at.upWithClient(w);
      beforeReclaim(w, conn);
      start(w, 0, "scoutfs_fence_start", { rid: 40, address: 7, reason: "client_recovery" });
      w.runFor(SECOND);
      answerFences(w);
      w.runFor(3 * SECOND);
      const left = [...each(at.stateOf(w).net.conns)].filter(([, { rid }]) => rid === 40).length;
      if (left > 0) start(w, 0, "scoutfs_net_shutdown", { conn });
      w.runFor(30 * SECOND);
      return [at.seen(w, "fence.start").length, left];
    };
  };
  const id = "reclaimed-client-leaves-no-connection";

  test("is gone when it waited for the client, which is not fenced again", () => {
    const run = reclaimed((w, conn) => {
      start(w, 0, "scoutfs_net_shutdown", { conn });
      w.runFor(SECOND);
      expect(get(at.stateOf(w).net.conns, conn).flags.reconnWait).toBe(true);
    });
    expect(onMainAndWith(id, run)).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  test("is shut down when it is open, and does not wait for the client then", () => {
    const run = reclaimed(() => undefined);
    expect(onMainAndWith(id, run)).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  test("is left to whoever is freeing it already", () => {
    const w = at.serverWorld("freed", [variantOf(id)]);
    const conn = at.upWithClient(w);
    const it = hold(w, "scoutfs_net_reconn_free_worker", "destroy");
    start(w, 0, "scoutfs_net_shutdown", { conn });
    w.runFor(21 * SECOND);
    expect(it.held).toHaveLength(1);
    answerFences(w);
    w.runFor(3 * SECOND);
    release(w, it);
    w.runFor(SECOND);
    expect(w.violations).toEqual([]);
    expect([...each(at.stateOf(w).net.conns)].map(([, { rid }]) => rid)).toEqual([0]);
  });
});

describe("an earlier connection of a client that has said farewell", () => {
  /** What is left when the farewell was answered, and how often the client is fenced after that. */
  const left = (before: (w: at.WholeWorld, earlier: ConnHandle) => void) => (own: Variants) => {
    const w = at.serverWorld("left", [variantOf("rid-names-the-latest-connection"), ...own]);
    const earlier = at.upWithClient(w);
    before(w, earlier);
    const latest = at.accepted(w);
    const data = { serverTerm: 0, rid: 40 as Rid, farewell: false, quorum: false };
    at.request(w, latest, { name: "server_greeting", cmd: "GREETING", data });
    w.runFor(SECOND);
    at.request(w, latest, { name: "server_farewell", cmd: "FAREWELL" });
    w.runFor(SECOND);
    expect(at.sentTo(w, latest).map(({ cmd }) => cmd)).toContain("FAREWELL");
    expect(at.stateOf(w).server.stableSuper.mountedClients).toEqual([]);
    const ids = [...each(at.stateOf(w).net.conns)].flatMap(([h, c]) =>
      c.rid === 40 ? [h.id] : [],
    );
    if (ids.includes(earlier.id)) start(w, 0, "scoutfs_net_shutdown", { conn: earlier });
    w.runFor(30 * SECOND);
    return [ids, at.seen(w, "fence.start").length];
  };
  const id = "reclaimed-client-leaves-no-connection";
  const outcomes = [
    [[1, 2], 1],
    [[2], 0],
  ];

  test("is gone when it waited for the client, which is not fenced", () => {
    const run = left((w, earlier) => {
      start(w, 0, "scoutfs_net_shutdown", { conn: earlier });
      w.runFor(SECOND);
      expect(get(at.stateOf(w).net.conns, earlier).flags.reconnWait).toBe(true);
    });
    expect(onMainAndWith(id, run)).toEqual(outcomes);
  });

  test("is gone when nobody has seen yet that it broke", () => {
    expect(
      onMainAndWith(
        id,
        left(() => undefined),
      ),
    ).toEqual(outcomes);
  });
});

test("a client that comes when the last members leave is not let in", () => {
  const run = (when: string, unmounting: boolean) => (variants: Variants) => {
    const w = at.serverWorld("last", variants);
    w.mount(0).state.super.unmounting = unmounting;
    at.putSuper(w, { mountedClients: [{ ...client(40), quorum: true }] });
    const member = at.upWithClient(w);
    start(w, 0, "scoutfs_server_recov_finish", { rid: 40, which: 3 });
    w.runFor(1000);
    const comes = at.accepted(w);
    const it = hold(w, "farewell_worker", when);
    at.request(w, member, { name: "server_farewell", cmd: "FAREWELL" });
    expect(reaches(w, it)).toBe(true);
    const data = { serverTerm: 0, rid: 8 as Rid, farewell: false, quorum: false };
    at.request(w, comes, { name: "server_greeting", cmd: "GREETING", data });
    w.runFor(SECOND);
    release(w, it);
    w.runFor(SECOND);
    const { mountedClients } = at.stateOf(w).server.stableSuper;
    return mountedClients.map(({ rid }) => rid);
  };
  const id = "last-farewells-let-nobody-in";
  expect(onMainAndWith(id, run("reclaim", true))).toEqual([[8], []]);
  expect(onMainAndWith(id, run("chooseQuorumMembers", true))).toEqual([[8], []]);
  expect(onMainAndWith(id, run("sortNext", true))).toEqual([[8], [8, 40]]);
  // The mount of the server has not greeted yet, and stays: they are not the last.
  expect(onMainAndWith(id, run("reclaim", false))).toEqual([[8], [8, 40]]);
});

/** In the first mount, after it was elected. */
const failingVolopt = program<Scoutfs>()({
  name: "scoutfs_volopt_setup",
  source: "(test)",
  start: "wait",
  locals: () => ({}),
  waits: {},
  steps: {
    wait: (_l, m) => (m.super.rid === at.RID ? { sleep: us(3 * SECOND), then: "fail" } : done()),
    fail: (_l) => fail("ENOMEM"),
  },
});

test("two members of two that are elected in one term fence nobody, and one of them leads", () => {
  const runs = (variants: Variants) => {
    let fences = 0;
    for (let n = 0; n < SEEDS; n++) {
      const w = at.wholeWorld({ mounts: 2, seed: `two ${n}`, variants });
      for (const mount of [0, 1]) start(w, mount, "scoutfs_fill_super");
      w.runFor(15 * SECOND);
      fences += at.seen(w, "fence.start").length;
      const up = [0, 1].filter((mount) => at.isStatus(w, "UP", mount));
      if (variants.length > 0) expect(up).toHaveLength(1);
    }
    return fences > 0;
  };
  const id = "starting-leader-gives-way-in-its-term";
  expect(onMainAndWith(id, runs)).toEqual([true, false]);
});

test("a client is listed once, and leaves the list only when it is there", () => {
  const run = (variants: Variants) => {
    const w = at.serverWorld("listed", variants);
    elect(w, 3);
    expect(becomes(w, "UP")).toBe(true);
    const { net } = at.stateOf(w);
    const conn = allocate(net.conns, { infoListed: false } as Connection);
    const args = { conn, rid: 7 };
    for (const name of ["up", "up", "down", "down"]) {
      start(w, 0, `server_notify_${name}`, args);
      w.runFor(1000);
    }
    free(net.conns, conn);
    return w.violations.map(({ promise }) => promise);
  };
  expect(onMainAndWith("client-is-listed-once", run)[1]).toEqual([]);
  expect(() => expect(run([])).toEqual([])).toThrow();
});

test("a mount that fails after its election writes STOP", () => {
  const run = (variants: Variants) => {
    const w = at.wholeWorld({ mounts: 2, instead: failingVolopt, variants });
    start(w, 0, "scoutfs_fill_super");
    w.runFor(5 * SECOND);
    expect(at.seen(w, "fill_super_ret").map(({ data }) => data.error)).toEqual(["ENOMEM"]);
    const { events } = peekBlock(w.peekDevice(), quorumBlockName(0)) as QuorumBlock;
    return events.STOP.term === events.ELECT.term;
  };
  expect(onMainAndWith("failed-mount-leaves-quorum-first", run)).toEqual([false, true]);
});
