// Mounts that come up, and mounts that fail half way; see src/mount/mount.ts.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock, putBlock } from "../../../sim/engine/device.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import { done, fail, program, us } from "../../../src/core/index.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { CONFIG_BLOCK, quorumBlockName } from "../../../src/quorum/config.ts";
import type { QuorumBlock } from "../../../src/quorum/types.ts";
import {
  hold,
  RID,
  reaches,
  release,
  SECOND,
  seen,
  stateOf,
  type WholeWorld,
  wholeWorld,
} from "../server/world.ts";

const mount = (w: WholeWorld, n = 0) => start(w, n, "scoutfs_fill_super");
const results = (w: WholeWorld) => seen(w, "fill_super_ret").map(({ data }) => data.error);
const up = (w: WholeWorld) =>
  [...Array(w.mountCount).keys()].filter((n) => stateOf(w, n).server.status === "UP");

/** In the first mount, after it was elected; an interrupt at the root inode ends alike. */
const failingVolopt = program<Scoutfs>()({
  name: "scoutfs_volopt_setup",
  source: "(test)",
  start: "wait",
  locals: () => ({}),
  waits: {},
  steps: {
    wait: (_l, m) => (m.super.rid === RID ? { sleep: us(3 * SECOND), then: "fail" } : done()),
    fail: (_l) => fail("ENOMEM"),
  },
});

describe("a mount", () => {
  test("that is alone in its cluster elects itself and comes up with a server", () => {
    const w = wholeWorld({ mounts: 1 });
    mount(w);
    w.runFor(2 * SECOND);
    expect(results(w)).toEqual([undefined]);
    expect(up(w)).toEqual([0]);
    expect(stateOf(w).parts).toEqual(["lock", "net", "client", "volopt", "root"]);
    expect(w.violations).toEqual([]);
  });

  test.each(["a", "b", "c"])("of three brings the one server that they elect (%s)", (seed) => {
    const w = wholeWorld({ mounts: 3, seed });
    for (const n of [0, 1, 2]) mount(w, n);
    w.runFor(5 * SECOND);
    expect(results(w)).toEqual([undefined, undefined, undefined]);
    expect(up(w)).toHaveLength(1);
    w.runFor(60 * SECOND);
    expect(seen(w, "server.work_enter")).toHaveLength(1);
    expect(w.violations).toEqual([]);
  });

  test("without a quorum slot has no quorum worker, and waits for a server of others", () => {
    const w = wholeWorld({ mounts: 1, slots: 0 });
    mount(w);
    w.runFor(600 * SECOND);
    expect(results(w)).toEqual([]);
    expect(stateOf(w)).toMatchObject({ fence: { setUp: false }, quorum: { info: undefined } });
    expect(seen(w, "server.status")).toEqual([]);
  });
});

describe("a mount that fails half way is taken down as far as it came", () => {
  const expectGone = (w: WholeWorld, error: string) => {
    w.runFor(SECOND);
    expect(results(w)).toEqual([error]);
    expect(seen(w, "put_super_ret")).toHaveLength(1);
    const { super: info, parts, server, quorum, fence } = stateOf(w);
    expect(info.forcingUnmount).toBe(true);
    expect([parts, server.setUp, quorum.info, fence.setUp]).toEqual([[], false, undefined, false]);
    const { queues, tasks, sockets } = w.peekMount(0);
    expect([...queues.keys()]).toEqual([]);
    expect(tasks.filter((task) => task !== undefined)).toEqual([]);
    expect(sockets.filter((socket) => socket !== undefined)).toEqual([]);
    expect(w.violations).toEqual([]);
  };

  test("where its super blocks cannot be read", () => {
    const w = wholeWorld({ mounts: 1 });
    failIo(w, 0, 1000);
    mount(w);
    expectGone(w, "EIO");
  });

  test("where its slot is not in use", () => {
    const w = wholeWorld({ mounts: 1 });
    putBlock(w.device(), CONFIG_BLOCK, { kind: "quorum_config", slots: [] });
    mount(w);
    expectGone(w, "EINVAL");
  });

  test("where the quorum configuration cannot be read", () => {
    const w = wholeWorld({ mounts: 1 });
    const it = hold(w, "scoutfs_fill_super", "setupQuorum");
    mount(w);
    expect(reaches(w, it)).toBe(true);
    failIo(w, 0, 1000);
    release(w, it);
    expectGone(w, "EIO");
  });

  test("where its server is up already: it writes no STOP, and the next leader fences it", () => {
    const w = wholeWorld({ mounts: 2, instead: failingVolopt });
    mount(w);
    w.runFor(2 * SECOND);
    expect(up(w)).toEqual([0]);
    w.runFor(2 * SECOND);
    expectGone(w, "ENOMEM");
    const { ELECT, STOP } = (peekBlock(w.peekDevice(), quorumBlockName(0)) as QuorumBlock).events;
    expect(ELECT.term).toBeGreaterThan(STOP.term);
    mount(w, 1);
    w.runFor(12 * SECOND);
    expect(seen(w, "fence.start").map(({ data }) => data.rid)).toEqual([RID]);
  });
});
