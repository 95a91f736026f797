// A host that counts as fenced has written over a block of a log tree, and nothing is committed any
// more. See src/variants/stale-items-end-with-an-error.ts.

import { expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { blockNames, peekBlock, putBlock } from "../../../sim/engine/device.ts";
import type { ItemBlock } from "../../../src/item/types.ts";
import { staleItemsEndWithAnError } from "../../../src/variants/stale-items-end-with-an-error.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { fields, mounted, notes, ops, SECOND, sync, write } from "../trans/world.ts";

const STALE = "a reader met a stale block of a log tree";

/** Another mount reads or writes beside what was written over. */
function spoilt(what: "read_file" | "write_file", variants: readonly Variant[]) {
  const w = mounted({ mounts: 3, variants });
  write(w, 1, 7, 70);
  sync(w, 1);
  for (const name of blockNames(w.device()).filter((block) => block.startsWith("log_trees."))) {
    const block = peekBlock(w.device(), name) as ItemBlock;
    putBlock(w.device(), name, { ...block, seq: block.seq + 1000 } as never);
  }
  const asked = () => fields(w, "net.submit").filter(({ cmd }) => cmd === "GET_ROOTS").length;
  const before = asked();
  start(w, 2, what, { ino: 5000, value: 1 });
  w.runFor(SECOND / 10);
  return {
    asked: asked() - before,
    error: ops(w).find(({ key }) => key === 5000)?.error,
    met: notes(w, STALE),
  };
}

test.each(["read_file", "write_file"] as const)("a %s asks on and on, or fails", (what) => {
  const main = spoilt(what, []);
  expect(main.error).toBeUndefined();
  expect(main.asked).toBeGreaterThan(100);
  const mended = spoilt(what, [staleItemsEndWithAnError]);
  expect(mended).toMatchObject({ asked: 4, error: "EIO", met: 2 });
});
