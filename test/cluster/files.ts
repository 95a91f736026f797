// What people do to files on the test bed: write one and read it back, sync, open and unlink, and
// the same command over and over in the background, each time as a process of its own.

import { expect } from "vitest";
import type { ClusterOptions } from "../../sim/cluster/world/cluster.ts";
import type { Cluster } from "../../sim/cluster/world/types.ts";
import { start } from "../../sim/engine/build.ts";
import { peekBlock } from "../../sim/engine/device.ts";
import { type AnyProgram, done, type Errno, program, us } from "../../src/core/index.ts";
import type { InodeBlock } from "../../src/inode/types.ts";
import { calcGroupNrs } from "../../src/omap/api.ts";
import { answerTo, ask, type Bed, type Fields, latest } from "./people.ts";

export const writeFile = (bed: Bed, nr: number, ino: number, value: number): Fields =>
  ask(bed, nr, "write_file", { ino, value });
export const contentOf = (bed: Bed, nr: number, ino: number): unknown =>
  ask(bed, nr, "read_file", { ino }).value;
export const syncFs = (bed: Bed, nr: number): Fields => ask(bed, nr, "sync", {});

export const createFile = (bed: Bed, nr: number, ino: number): Fields =>
  ask(bed, nr, "create_inode", { ino });
export const openFile = (bed: Bed, nr: number, ino: number): Fields =>
  ask(bed, nr, "open_inode", { ino });
export const closeFile = (bed: Bed, nr: number, ino: number): Fields =>
  ask(bed, nr, "close_inode", { ino });
export const unlinkFile = (bed: Bed, nr: number, ino: number): Fields =>
  ask(bed, nr, "unlink_inode", { ino });

/** What a `stat` of its name says. */
export function statOf(bed: Bed, nr: number, ino: number): Errno | undefined {
  const { error } = answerTo(bed, nr, "open_inode", { ino });
  if (error === undefined) closeFile(bed, nr, ino);
  return error as Errno | undefined;
}

/** In place of `check_ino_index`: whether the device has an item of that inode. */
export function hasItems({ w }: Bed, ino: number): boolean {
  const block = peekBlock(w.device(), `inode.group.${calcGroupNrs(ino).groupNr}`);
  return ((block as InodeBlock | undefined)?.items ?? []).some((item) => item.ino === ino);
}

export const FOR_EVER = 0;
interface Over {
  readonly what: "read_file" | "write_file";
  readonly ino: number;
  /** Of what is written: it counts up from there. */
  readonly value: number;
  readonly times: number;
  /** What it takes to begin another process. */
  readonly everyUs: number;
}

interface Looping extends Cluster {
  Calls: Cluster["Calls"] & { over_and_over: Over };
}

/** Goes on until it has been called so often, or somebody wants to leave the mount. */
const over = program<Looping>()({
  name: "over_and_over",
  source: "(a shell loop)",
  start: "call",
  locals: (a: Over) => ({ ...a, calls: 0 }),
  waits: {},
  steps: {
    call({ what, ino, value, calls, times }, m) {
      if (m.slot.leaving || (times !== FOR_EVER && calls === times)) return done();
      return what === "write_file"
        ? { call: what, args: { ino, value: value + calls }, then: "called" }
        : { call: what, args: { ino }, then: "called" };
    },
    called(l) {
      l.calls++;
      return { sleep: us(l.everyUs), then: "call" };
    },
  },
});

/** Of a bed on which `overAndOver` works. */
export const withLoops: Pick<ClusterOptions, "remodel"> = {
  remodel: ({ programs, rules }) => ({
    programs: [...programs, over as unknown as AnyProgram<never>] as typeof programs,
    rules,
  }),
};

export function overAndOver(bed: Bed, nr: number, loop: Over): void {
  start(bed.w, latest(bed, nr), "over_and_over" as never, loop as never);
}

/** Calls that have returned: each must have worked. */
export function callsOf(bed: Bed, nr: number, what: string): number {
  const id = latest(bed, nr);
  const calls = bed.heard.filter(
    (e) => e.kind === "op" && e.mount === id && (e.data as Fields).what === what,
  );
  expect(calls.filter((e) => (e.data as Fields).error !== undefined)).toEqual([]);
  return calls.length;
}

/** `t_silent_kill`: what runs on that mount begins nothing new. */
export function stopLoops(bed: Bed, nr: number): void {
  bed.w.mount(latest(bed, nr)).state.slot.leaving = true;
}
