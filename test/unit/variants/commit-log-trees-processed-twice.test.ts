// A commit whose server dies before it answers comes to the next server again. Main finds the
// transaction committed; with the bug put back its srch log is rotated again.

import { describe, expect, test } from "vitest";
import type { ClusterWorld } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock, putBlock } from "../../../sim/engine/device.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { trn1 } from "../../../src/monitors/trn1.ts";
import type { SuperBlock } from "../../../src/server/super.ts";
import { SRCH_LOG_BLOCK_LIMIT } from "../../../src/srch/api.ts";
import { commitLogTreesProcessedTwice } from "../../../src/variants/commit-log-trees-processed-twice.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as trans from "../trans/world.ts";
import { hold, notes, peek, reaches, SECOND, write } from "../trans/world.ts";

const bug = commitLogTreesProcessedTwice;
const SUPER = "server.super";
const EEXIST = "WARN a srch log is rotated that the server has already";
const files = (w: ClusterWorld): readonly number[] =>
  (peekBlock(w.device(), SUPER) as { super: SuperBlock }).super.srchLogs;

let w: ClusterWorld;
let leader: number;
let client: number;
/** The first server has committed so many items of a client, and gets no further. */
function committed(variants: readonly Variant[], items: number): void {
  w = trans.mounted({
    ...{ mounts: 3, slots: 3, agent: { habit: "honest" }, heartbeatTimeoutMs: 2000, variants },
    blueprint: { monitors: [trn1] },
  });
  leader = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
  client = (leader + 1) % 3;
  for (let i = 0; i < items; i++) write(w, client, 7 + i, 70);
  const it = hold(w, "server_commit_log_trees", "applied", leader);
  start(w, client, "sync");
  if (!reaches(w, it)) throw new Error("no server commits what is synced");
}
/** Whether the sync returns under the next server. */
function returns(): boolean {
  powerOff(w, leader);
  const isSynced = () => trans.ops(w).some(({ what }) => what === "sync");
  return w.runUntil(isSynced, w.now + 90 * SECOND);
}

describe("main", () => {
  test("commits once, and rotates the log once", () => {
    committed([], SRCH_LOG_BLOCK_LIMIT);
    expect(files(w)).toHaveLength(1);
    expect(returns()).toBe(true);
    expect(files(w)).toHaveLength(1);
    expect(notes(w, EEXIST)).toBe(0);
    expect(w.violations).toEqual([]);
  });
});

describe("with the bug put back", () => {
  test("a transaction that rotates nothing takes effect twice", () => {
    committed([bug], 1);
    expect(returns()).toBe(true);
    expect(w.violations[0]?.text).toMatch(
      /^its server commits transaction \d+ of rid \d+, that was/,
    );
  });

  test("one that rotates the log is never committed, however often the client asks", () => {
    committed([bug], SRCH_LOG_BLOCK_LIMIT);
    expect(returns()).toBe(false);
    expect(notes(w, EEXIST)).toBeGreaterThan(10);
  });

  test("a file that was compacted meanwhile, and so freed, is referred to again", () => {
    committed([bug], SRCH_LOG_BLOCK_LIMIT);
    const freed = files(w);
    const block = peekBlock(w.device(), SUPER) as { super: SuperBlock };
    putBlock(w.device(), SUPER, { ...block, super: { ...block.super, srchLogs: [] } } as never);
    expect(returns()).toBe(true);
    expect(files(w)).toEqual(freed);
  });
});
