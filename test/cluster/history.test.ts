// Many calls one after the other, on several mounts that come and go: each read returns what was
// written last, through commits, invalidations, finalized trees and merges.

import { expect, test } from "vitest";
import { type ClusterOptions, remount } from "../../sim/cluster/world/cluster.ts";
import { start } from "../../sim/engine/build.ts";
import { done, program } from "../../src/core/index.ts";
import type { Scoutfs } from "../../src/protocol.ts";
import { count, fields, mounted, ops, peek, SECOND, stableTrees } from "../unit/trans/world.ts";

const MOUNTS = 3;
const INOS = [7, 8, 2000, 5000];
const CALLS = 80;

/** A small generator of its own: the world's chance is for the world. */
function dice(seed: number): (n: number) => number {
  let x = seed * 7919 + 17;
  return (n) => {
    x = (x * 1103515245 + 12345) % 2147483648;
    return Math.floor(x / 65536) % n;
  };
}

const optionsOf = (seed: number, remodel?: ClusterOptions["remodel"]): ClusterOptions => ({
  ...{ seed: `history ${seed}`, mounts: MOUNTS, slots: 1, hosts: MOUNTS },
  ...{ heartbeatTimeoutMs: 10_000, agent: { habit: "absent" } },
  ...(remodel === undefined ? {} : { remodel }),
});

/** What was wrong about the calls, and the world after them. */
function run(seed: number, whole: ClusterOptions) {
  const w = mounted(whole);
  const roll = dice(seed);
  const ids = [0, 1, 2];
  const last = new Map<number, number>();
  const wrong: string[] = [];
  const wait = (kind: string, before: number) =>
    w.runUntil(() => count(w, kind) > before, w.now + 30 * SECOND);

  for (let value = 1; value <= CALLS; value++) {
    const n = roll(MOUNTS);
    const id = ids[n] ?? 0;
    const ino = INOS[roll(INOS.length)] ?? 0;
    const what = roll(20);
    if (what === 0 && n > 0) {
      const gone = count(w, "unmounted");
      start(w, id, "umount", { force: false });
      wait("unmounted", gone);
      const there = count(w, "mounted");
      ids[n] = remount(w, whole, n);
      wait("mounted", there);
      continue;
    }
    const before = count(w, "op");
    if (what < 8) start(w, id, "write_file", { ino, value });
    else if (what < 10) start(w, id, "sync");
    else start(w, id, "read_file", { ino });
    wait("op", before);
    const op = ops(w)[before];
    if (what < 8) last.set(ino, value);
    const expected = last.get(ino) ?? 0;
    if (op === undefined) wrong.push(`call ${value}: it did not return, expected that it does`);
    if (wrong.length > 3) break;
    if (op?.error !== undefined) wrong.push(`call ${value}: ${op.error}`);
    if (op?.what === "read" && op.value !== expected) {
      wrong.push(`call ${value}: read ${op.value} of ${ino}, expected ${expected}`);
    }
    w.runFor(roll(3) === 0 ? roll(4 * SECOND) : roll(1000));
  }
  return { w, wrong };
}

test.each([1, 2, 4])("every read returns the last write (%i)", (seed) => {
  const { w, wrong } = run(seed, optionsOf(seed));
  expect(wrong).toEqual([]);
  expect(ops(w).length).toBeGreaterThan(CALLS / 2);
  expect(w.violations).toEqual([]);
  const seqs = fields(w, "trans_open").map(({ trans_seq }) => trans_seq);
  expect(new Set(seqs).size).toBe(seqs.length);
  expect(stableTrees(w).length).toBeLessThanOrEqual(2 * MOUNTS + fields(w, "unmounted").length);
  expect(peek(w, 0).server.cusers.holding).toEqual([]);
});

/** Says that it has committed. */
const noSync = program<Scoutfs>()({
  name: "scoutfs_trans_sync",
  source: "(broken: commits nothing)",
  start: "leave",
  locals: (_a: { readonly wait: boolean }) => ({}),
  waits: {},
  steps: { leave: (_l) => done() },
});

test("a mount that gives locks away without a commit is noticed", () => {
  const { wrong } = run(
    2,
    optionsOf(2, ({ programs, rules }) => ({
      programs: programs.map((p) => (p.name === noSync.name ? noSync : p)) as never,
      rules,
    })),
  );
  expect(wrong.join()).toContain("expected");
});
