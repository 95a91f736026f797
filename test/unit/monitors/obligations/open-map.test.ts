// An open-map request is answered: when each who is asked answers, or one of them is fenced; and it
// is noticed when neither comes.

import { expect, test } from "vitest";
import { start } from "../../../../sim/engine/build.ts";
import { live } from "../../../../src/monitors/live.ts";
import type { AnyStep } from "../../../../src/variants/types.ts";
import { type Act, finds, type Mutant, type Run } from "../model.ts";

const INO = 1030;
const on =
  (n: number, what: "create_inode" | "close_inode" | "unlink_inode"): Act =>
  (w) =>
    start(w, n, what, { ino: INO });

/** Mount 1 deletes what nobody has open; it asks mount 2, among others. */
const deletes: Run = {
  script: [
    [5, on(1, "create_inode")],
    [6, on(1, "close_inode")],
    [7, on(1, "unlink_inode")],
  ],
  seconds: 230,
};
const silent = (mount: number): Mutant => ({
  steps: {
    client_open_ino_map: {
      enter: ((l: { id: number; args: object }, m) =>
        m.super.rid === 101 + mount
          ? { done: {} }
          : {
              call: "scoutfs_omap_client_handle_request",
              args: { id: l.id, args: l.args },
              then: "leave",
            }) as AnyStep,
    },
  },
});

test("a request that one mount never answers is owed", () => {
  expect(finds(deletes, silent(2), live)).toMatch(
    /^open map: mount 1's open map \(\d+\) has not ended, and was owed for 1\d\d s$/,
  );
});

test("one that is answered is not, nor when who does not answer is fenced", () => {
  expect(finds(deletes, {}, live)).toBeUndefined();
  const leaves: Act = (w) => start(w, 2, "umount", { force: true });
  const fenced = { ...deletes, script: [...(deletes.script ?? []), [8, leaves]] } as Run;
  expect(finds(fenced, silent(2), live)).toBeUndefined();
});
