// Somebody has found the name of a file which another mount then unlinks, and the scan of his own
// mount deletes it: he is told that it is gone. See src/variants/lookup-asks-for-links.ts.

import { expect, test } from "vitest";
import { lookupAsksForLinks } from "../../../src/variants/lookup-asks-for-links.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { begin, does, files, holdOn, itemOf, release, SECOND, seen } from "../inode/world.ts";

function race(variants: readonly Variant[]) {
  const w = files({ orphanScanDelayMs: 1000, variants });
  does(w, 1, "create");
  does(w, 1, "close");
  const look = holdOn(w, 2, "open_inode", "lookedUp");
  begin(w, 2, "open");
  const noDelete = [0, 1, 2].map((n) => holdOn(w, n, "try_delete_inode_items", "lock"));
  w.runFor(SECOND / 10);
  begin(w, 1, "unlink");
  w.runFor(SECOND);
  const late = holdOn(w, 2, "delete_inode_items", "enter");
  for (const [n, it] of noDelete.entries()) if (n === 2) release(w, it);
  w.runFor(5 * SECOND);
  expect(late.held).toHaveLength(1);
  release(w, look);
  const { error } = seen(w, "ino").at(-1) ?? {};
  release(w, late);
  expect(itemOf(w)).toBeUndefined();
  return { error, texts: w.violations.map(({ text }) => text) };
}

test("an open that is overtaken by the unlink does not get what its mount deletes", () => {
  const texts = ["mount 2 deletes it while mount 2 use it"];
  expect(race([])).toEqual({ error: undefined, texts });
  expect(race([lookupAsksForLinks])).toEqual({ error: "ENOENT", texts: [] });
});

test("who has it open before the unlink keeps it, and may look at it", () => {
  const w = files({ orphanScanDelayMs: 1000, variants: [lookupAsksForLinks] });
  does(w, 1, "create");
  does(w, 1, "close");
  expect(does(w, 2, "open")).toBe("ok");
  expect(does(w, 1, "unlink")).toBe("ok");
  expect(does(w, 2, "stat")).toBe("ok");
  expect(itemOf(w)).toMatchObject({ nlink: 0, orphan: true });
});
