// RPL1: a handler that the next server runs again changes nothing more, and a handler that does is
// found.

import { describe, expect, it } from "vitest";
import { type Replayed, replayRequests } from "../../sim/cluster/trial/replay-requests.ts";
import { variantsOf } from "../../sim/cluster/world/variant-names.ts";
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
const broken: Variant = {
  ...{ id: "broken", kind: "regression", commit: undefined, area: "test", promises: [] },
  ...{ says: "broken on purpose", steps: { server_alloc_inodes: { take: grows } } },
};

describe("RPL1", () => {
  it("holds for every request of main that commits", () => {
    const all = replayRequests("rpl", []);
    expect(different(all)).toEqual([]);
    const points = all.map(({ request, program, label }) => `${request}: ${program} @ ${label}`);
    expect(points).toEqual(
      expect.arrayContaining([
        "mount: server_greeting @ queueFarewells",
        "alloc-inodes: server_alloc_inodes @ respond",
        "set-volopt: server_set_volopt @ settle",
        "clear-volopt: server_clear_volopt @ settle",
        "resize-devices: server_resize_devices @ respond",
        "umount: reclaim_rid @ applied",
        "fence: reclaim_rid @ applied",
      ]),
    );
  });

  it("finds a greeting that cannot be repeated", () => {
    const all = replayRequests("rpl", variantsOf(["initial-greeting-replay-eexist"]));
    expect(different(all)).toEqual([
      {
        request: "mount",
        at: "server_greeting @ queueFarewells",
        differs: ["it is never answered"],
      },
    ]);
  });

  it("finds a handler that does more when it runs again", () => {
    const [found] = different(replayRequests("rpl", [broken]));
    expect(found?.at).toBe("server_alloc_inodes @ respond");
    expect(found?.differs[0]).toMatch(/^totalDataBlocks is \d+, undisturbed \d+$/);
  });
});
