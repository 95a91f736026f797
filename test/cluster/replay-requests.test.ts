// RPL1: a handler that the next server runs again changes nothing more, and a handler that does is
// found.

import { describe, expect, it } from "vitest";
import { type Replayed, replayRequests } from "../../sim/cluster/trial/replay-requests.ts";
import { variantsOf } from "../../sim/cluster/world/variant-names.ts";
import { serverCommitLogTrees } from "../../src/server/commit-log-trees.ts";
import type { AnyStep, Variant } from "../../src/variants/types.ts";

const different = (all: readonly Replayed[]) =>
  all
    .filter(({ differs }) => differs.length > 0)
    .map(({ request, program, label, differs }) => ({
      ...{ request, at: `${program} @ ${label}`, differs },
    }));

/** Every run of it makes the devices larger, as no handler of main does. */
const grows: AnyStep = (l, m, _out, { error }) => {
  m.server.dirtySuper.totalDataBlocks += 1;
  const args = { hold: l.hold, err: error };
  return { call: "server_apply_commit", args, then: "respond" };
};
/** What main does: nobody looks for a compaction that the same mount has already. */
const LOST_COMPACTION = {
  request: "srch-compact",
  at: "server_srch_get_compact @ respond",
  differs: ["srchBusy is [105], undisturbed []"],
};

/** A commit that comes again fails. */
const onlyOnce: AnyStep = (l, m, out, ret) => {
  const { lt } = l as { lt: { rid: number; nr: number; getTransSeq: number } };
  const item = m.server.dirtySuper.logTrees.find((o) => o.rid === lt.rid && o.nr === lt.nr);
  if (item?.commitTransSeq !== lt.getTransSeq) return mainFind(l, m, out, ret);
  l.error = "EIO";
  return "unlock";
};
const { find: mainFind } = serverCommitLogTrees.steps as unknown as { find: AnyStep };

const broken: Variant = {
  ...{ id: "broken", kind: "regression", commit: undefined, area: "test", promises: [] },
  says: "two handlers are broken on purpose, which have nothing to do with each other",
  steps: {
    server_alloc_inodes: { take: grows },
    server_commit_log_trees: { find: onlyOnce },
  },
};

describe("RPL1", () => {
  it("holds for every request of main but for a compaction that is handed out", () => {
    const all = replayRequests("rpl", []);
    expect(different(all)).toEqual([LOST_COMPACTION]);
    const points = all.map(({ request, program, label }) => `${request}: ${program} @ ${label}`);
    expect(points).toEqual(
      expect.arrayContaining([
        "mount: server_greeting @ queueFarewells",
        "alloc-inodes: server_alloc_inodes @ respond",
        "set-volopt: server_set_volopt @ settle",
        "clear-volopt: server_clear_volopt @ settle",
        "resize-devices: server_resize_devices @ respond",
        "srch-compact: server_srch_commit_compact @ respond",
        "mount: server_get_log_trees @ applied",
        "write-file: process_waiting_requests @ grant",
        "read-elsewhere: scoutfs_lock_server_response @ settle",
        "sync: server_commit_log_trees @ applied",
        "write-many: finalize_and_start_log_merge @ applied",
        "unlink: omap_handle_request @ send",
        "unlink: scoutfs_omap_server_handle_response @ merge",
        "umount: reclaim_rid @ applied",
        "fence: reclaim_rid @ applied",
      ]),
    );
  });

  /** Three handlers that have nothing to do with one another, in one go. */
  it("finds one that does more when it runs again, and two that cannot", () => {
    const variants = [...variantsOf(["initial-greeting-replay-eexist"]), broken];
    const found = different(replayRequests("rpl", variants));
    const never = ["it is never answered"];
    const more = found.find(({ request }) => request === "alloc-inodes");
    expect(more?.at).toBe("server_alloc_inodes @ respond");
    expect(more?.differs[0]).toMatch(/^totalDataBlocks is \d+, undisturbed \d+$/);
    expect(found).toContainEqual(LOST_COMPACTION);
    for (const [request, at] of [
      ["mount", "server_greeting @ queueFarewells"],
      ["sync", "server_commit_log_trees @ applied"],
    ]) {
      expect(found).toContainEqual({ request, at, differs: never });
    }
  });
});
