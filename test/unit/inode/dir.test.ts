// A file is created: its name is found when that has ended; see src/inode/dir.ts.

import { expect, test } from "vitest";
import { begin, does, files, holdOn, INO, release, SECOND, seen } from "./world.ts";

/** Mount 1 creates a file, whose item is there already, and opens it. */
function openedEarly() {
  const w = files();
  const creating = holdOn(w, 1, "scoutfs_create", "created");
  begin(w, 1, "create");
  w.runFor(SECOND / 10);
  begin(w, 1, "open");
  w.runFor(SECOND / 10);
  return { w, creating };
}
const answers = (w: ReturnType<typeof files>) =>
  seen(w, "ino").map(({ what, error }) => [what, error]);

test("who opens it meanwhile waits, and has the same inode", () => {
  const { w, creating } = openedEarly();
  expect(creating.held).toHaveLength(1);
  expect(answers(w)).toEqual([]);
  release(w, creating);
  expect(answers(w)).toEqual([
    ["create_inode", undefined],
    ["open_inode", undefined],
  ]);
  expect(seen(w, "omap_group_inc")).toHaveLength(1);
  expect(seen(w, "note").filter(({ text }) => String(text).startsWith("WARN"))).toEqual([]);
});

test("of a number that is in use fails, and leaves nothing in the map", () => {
  const { w, creating } = openedEarly();
  release(w, creating);
  does(w, 1, "close");
  does(w, 1, "close");
  expect(does(w, 0, "create")).toBe("EEXIST");
  expect(does(w, 0, "create", INO + 1)).toBe("ok");
  expect(does(w, 0, "close", INO + 1)).toBe("ok");
  expect(does(w, 0, "unlink")).toBe("ok");
  expect(does(w, 0, "open")).toBe("ENOENT");
  expect(w.violations).toEqual([]);
});
