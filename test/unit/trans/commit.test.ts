// What survives and what does not: versions that were committed are read by whoever gets the lock,
// and a mount that dies takes with it what it had not committed; see src/trans and src/item.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import { resetStreams } from "../../../sim/engine/network/streams.ts";
import * as trans from "./world.ts";
import {
  FIRST_RID,
  fields,
  hold,
  mounted,
  notes,
  peek,
  reaches,
  read,
  release,
  SECOND,
  stableTrees,
  sync,
  write,
} from "./world.ts";

const dirty = (w: trans.Cluster, n: number) =>
  peek(w, n).item.pages.flatMap(({ items }) => items.filter((item) => item.dirty)).length;

describe("a write", () => {
  test("is read by its own mount at once, and by nobody from the device", () => {
    const w = mounted();
    expect(write(w, 1, 7, 70)?.error).toBeUndefined();
    expect(read(w, 1, 7)).toBe(70);
    expect(dirty(w, 1)).toBe(1);
    expect(stableTrees(w).map(({ itemRoot }) => itemRoot)).toEqual([undefined, undefined]);
  });

  test("is committed before another mount gets the lock, who reads it through the roots", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    expect(read(w, 0, 7)).toBe(70);
    expect(dirty(w, 1)).toBe(0);
    expect(fields(w, "trans_write_func")).toMatchObject([{ dirty_blocks: 1, dirty_item_pages: 1 }]);
    write(w, 0, 7, 71);
    expect(read(w, 1, 7)).toBe(71);
    write(w, 1, 7, 72);
    expect(read(w, 0, 7)).toBe(72);
    expect(w.violations).toEqual([]);
  });

  test("is committed within the sync deadline when nobody asks", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    w.runFor(11 * SECOND);
    expect(dirty(w, 1)).toBe(0);
    const roots = stableTrees(w).map(({ rid, itemRoot }) => [rid, itemRoot?.block]);
    expect(roots).toContainEqual([FIRST_RID + 1, `log_trees.${FIRST_RID + 1}.1.0`]);
  });

  test("of the same mount goes to the other block, so that a reader of the first can tell", () => {
    const w = mounted();
    const blocks = [70, 71, 72].map((value) => {
      write(w, 1, 7, value);
      sync(w, 1);
      return stableTrees(w)
        .find(({ rid }) => rid === FIRST_RID + 1)
        ?.itemRoot?.block.at(-1);
    });
    expect(blocks).toEqual(["0", "1", "0"]);
  });
});

describe("a mount that dies", () => {
  const died = () => {
    const w = mounted({ mounts: 3, agent: { habit: "honest" } });
    write(w, 1, 7, 70);
    sync(w, 1);
    write(w, 1, 7, 71);
    return w;
  };
  const readAfterFencing = (w: trans.Cluster) => {
    powerOff(w, 1);
    start(w, 2, "read_file", { ino: 7 });
    w.runUntil(() => trans.ops(w).some(({ rid }) => rid === FIRST_RID + 2), w.now + 60 * SECOND);
    return trans.ops(w).at(-1)?.value;
  };

  test("before its commit loses what it wrote, and nothing else", () => {
    expect(readAfterFencing(died())).toBe(70);
  });

  test("after the server committed has lost nothing, although it never heard of it", () => {
    const w = died();
    const it = hold(w, "commit_current_log_trees", "committed", 1);
    start(w, 1, "sync");
    expect(reaches(w, it)).toBe(true);
    expect(readAfterFencing(w)).toBe(71);
  });

  test("with its blocks written and nobody asked to refer to them loses them", () => {
    const w = died();
    const it = hold(w, "commit_current_log_trees", "commit", 1);
    start(w, 1, "sync");
    expect(reaches(w, it)).toBe(true);
    expect(readAfterFencing(w)).toBe(70);
    const tree = stableTrees(w).find(({ rid }) => rid === FIRST_RID + 1);
    expect(tree === undefined || tree.finalized).toBe(true);
  });
});

describe("a request that comes again", () => {
  test("to commit, to the next server, finds the transaction committed", () => {
    const w = mounted({
      mounts: 3,
      slots: 3,
      agent: { habit: "honest" },
      heartbeatTimeoutMs: 2000,
    });
    const leader = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
    const other = (leader + 1) % 3;
    write(w, other, 7, 70);
    const it = hold(w, "server_commit_log_trees", "applied", leader);
    start(w, other, "sync");
    expect(reaches(w, it)).toBe(true);
    powerOff(w, leader);
    w.runUntil(() => trans.ops(w).some(({ what }) => what === "sync"), w.now + 60 * SECOND);
    expect(trans.ops(w).at(-1)).toMatchObject({ what: "sync", error: undefined });
    expect(notes(w, "a client commits what is committed already")).toBe(1);
    expect(read(w, (leader + 2) % 3, 7)).toBe(70);
  });

  test("for log trees, to the next server, gets the transaction that is open", () => {
    const w = mounted({
      mounts: 3,
      slots: 3,
      agent: { habit: "honest" },
      heartbeatTimeoutMs: 2000,
    });
    const leader = [0, 1, 2].find((n) => peek(w, n).server.status === "UP") ?? -1;
    const other = (leader + 1) % 3;
    const it = hold(w, "server_get_log_trees", "applied", leader);
    start(w, other, "sync");
    expect(reaches(w, it)).toBe(true);
    const opened = fields(w, "log_trees").filter(({ what }) => what === "get").length;
    powerOff(w, leader);
    const first = peek(w, other).trans.seq;
    w.runUntil(() => peek(w, other).trans.seq !== first, w.now + 60 * SECOND);
    const seqs = fields(w, "log_trees").filter(({ what }) => what === "get");
    expect(seqs.slice(opened).filter(({ rid }) => rid === FIRST_RID + other)).toEqual([]);
    expect(notes(w, "a client asks for log trees that it has open")).toBe(1);
    expect(peek(w, other).trans.seq).toBe(seqs[opened - 1]?.get_trans_seq);
  });

  test("after a broken connection is not handled twice by the same server", () => {
    const w = mounted();
    write(w, 1, 7, 70);
    const it = hold(w, "server_commit_log_trees", "applied", 0);
    start(w, 1, "sync");
    expect(reaches(w, it)).toBe(true);
    resetStreams(w, 0, 1);
    w.runFor(SECOND);
    release(w, it);
    w.runFor(SECOND);
    expect(trans.ops(w).at(-1)).toMatchObject({ what: "sync", error: undefined });
    expect(notes(w, "a client commits what is committed already")).toBe(0);
    expect(read(w, 0, 7)).toBe(70);
  });
});
