// Mutants of locks and data for the monitors of them, and runs in which mounts want the same file.

import { start } from "../../../sim/engine/build.ts";
import { done } from "../../../src/core/index.ts";
import { lockInvalidateWorker } from "../../../src/lock/invalidate.ts";
import { serverCommitFunc } from "../../../src/server/commit.ts";
import type { AnyStep } from "../../../src/variants/types.ts";
import type { Act, Run } from "./model.ts";

const mainInvalidate = lockInvalidateWorker.steps as unknown as Readonly<Record<string, AnyStep>>;
const mainCommit = serverCommitFunc.steps as unknown as Readonly<Record<string, AnyStep>>;

const writes =
  (n: number, value: number): Act =>
  (w) =>
    start(w, n, "write_file", { ino: 7, value });
const reads =
  (n: number): Act =>
  (w) =>
    start(w, n, "read_file", { ino: 7 });
const locks =
  (n: number): Act =>
  (w) =>
    start(w, n, "scoutfs_lock_ino", { mode: "write", ino: 50_000 });

/** Each sees what the other has written. */
export const writesInTurn: Run = {
  script: [
    [5, writes(1, 1)],
    [6, reads(2)],
    [7, writes(2, 2)],
    [9, reads(1)],
  ],
  seconds: 20,
};
export const readsAgain: Run = {
  script: [
    [5, reads(1)],
    [6, writes(2, 1)],
    [7, reads(1)],
  ],
  seconds: 10,
};
/** Whoever gets it keeps it. */
export const contended: Run = {
  script: [
    [5, locks(1)],
    [6, locks(2)],
  ],
  seconds: 8,
};

export const syncsNothing: AnyStep = (_l) => done();
export const grantsAll: AnyStep = (_l) => "grant";
export const forgetsGenerations: AnyStep = (l, m, out, ret) => {
  m.lock.nextRefreshGen = 0;
  return mainInvalidate.finish?.(l, m, out, ret) as never;
};
export const forgetsSeqs: AnyStep = (l, m, out, ret) => {
  m.server.seq = 1;
  return mainCommit.start?.(l, m, out, ret) as never;
};
