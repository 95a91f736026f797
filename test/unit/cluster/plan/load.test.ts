// The load of a plan: calls come as often as they are to, no two writes write the same, a mount
// that somebody wants to leave is left alone, and who waits for it gives up when it stays busy.

import { describe, expect, test } from "vitest";
import { planWorld } from "../../../../sim/cluster/plan/plan.ts";
import type { Plan, PlanStep } from "../../../../sim/cluster/plan/types.ts";
import { cluster, entries, plan as planOf, SECOND } from "./three-mounts.ts";

const MS = 1000;

const plan = (steps: readonly PlanStep[]): Plan =>
  planOf(steps, { seed: "load", cluster: { ...cluster, lockIdleCount: 32 } });

interface Said {
  readonly kind: string;
  readonly what?: string;
  readonly value?: number;
  readonly key?: number;
  readonly error?: string;
}

/** What the trace says of the kind, in 30 s. */
function said(kind: string, ...steps: readonly PlanStep[]): Said[] {
  const all = entries(planWorld(plan(steps), []), 30 * SECOND);
  return all.flatMap((e) => (e.kind === kind ? [e.data as Said] : []));
}
const at = 2 * SECOND;
const calls = { n: 1, ino: 7, apart: 0, times: 3, everyUs: 10 * MS } as const;

describe("a burst", () => {
  test("is so many calls, at once or one every so often", () => {
    for (const everyUs of [0, 10 * MS]) {
      const ops = said("op", { atUs: at, do: "read-file", ...calls, everyUs });
      expect(ops.map(({ what, error }) => [what, error])).toEqual(
        Array(3).fill(["read", undefined]),
      );
    }
  });

  test("never writes what another one has written", () => {
    const write = { atUs: at, do: "write-file", ...calls, times: 20 } as const;
    const ops = said("op", write, { ...write, n: 2 }, { ...write, n: 0 });
    expect(ops).toHaveLength(60);
    expect(new Set(ops.map(({ value }) => value)).size).toBe(60);
  });

  test("begins anew with the first of its files after so many", () => {
    const cycle = { ...calls, apart: 10, among: 3, times: 5 };
    const keys = said("op", { atUs: at, do: "read-file", ...cycle }).map(({ key }) => key);
    expect(keys).toEqual([7, 17, 27, 7, 17]);
  });

  test("writes two files of a rename alike, and asks for the size of the file system", () => {
    const rename = { atUs: at, do: "rename-files", ...calls, other: 5000, times: 2 } as const;
    const ops = said("op", rename, { ...rename, n: 2 });
    expect(ops.map(({ key }) => key).sort()).toEqual([...Array(4).fill(5000), ...Array(4).fill(7)]);
    expect(new Set(ops.map(({ value }) => value)).size).toBe(4);
    const df = { atUs: at, do: "statfs", n: 1, times: 2, everyUs: 0 } as const;
    expect(said("request", df).map(({ what }) => what)).toEqual(["statfs", "statfs"]);
  });

  test("opens files that are there, and syncs", () => {
    const create = { atUs: at, do: "create-inode", ...calls, times: 1, forUs: SECOND } as const;
    const others = { ...create, atUs: 3 * SECOND, n: 2 };
    const { forUs: _forUs, ...gone } = { ...others, do: "unlink-inode" as const };
    const done = said("ino", create, { ...others, do: "open-inode" }, gone);
    expect(done.map(({ what, error }) => `${what} ${error}`).sort()).toEqual([
      ...["close_inode undefined", "close_inode undefined", "create_inode undefined"],
      ...["open_inode undefined", "unlink_inode undefined"],
    ]);
    const sync = { atUs: at, do: "sync", n: 1, times: 1, everyUs: 0 } as const;
    expect(said("op", sync).map(({ what }) => what)).toEqual(["sync"]);
  });

  test("locks two inodes on mounts that take them in either order", () => {
    const two = { atUs: at, do: "use-two-inodes", ...calls, other: 5000, forUs: MS } as const;
    const done = said("request", two, { ...two, n: 2, ino: 5000, other: 7 });
    expect(done.map(({ error }) => error)).toEqual(Array(6).fill(undefined));
  });
});

describe("who wants to unmount", () => {
  const leaves = { atUs: at + 100 * MS, do: "umount", n: 1 } as const;

  test("has the load stop, and tries until the mount is not busy any more", () => {
    const load = { atUs: at, do: "use-two-inodes", ...calls, other: 5000, times: 100 } as const;
    const steps = [{ ...load, forUs: SECOND }, leaves] as const;
    expect(said("unmounted", ...steps)).toHaveLength(1);
    expect(said("unmount_refused", ...steps).length).toBeGreaterThan(0);
    expect(said("request", ...steps).length).toBeLessThan(20);
  });

  test("gives up after a while, and the load goes on", () => {
    const long = { atUs: at, do: "open-inode", ...calls, times: 1, forUs: 20 * SECOND } as const;
    const steps = [{ ...long, do: "create-inode" }, leaves] as const;
    expect(said("unmount_refused", ...steps)).toHaveLength(25);
    expect(said("unmounted", ...steps)).toEqual([]);
    const later = { ...calls, atUs: 10 * SECOND, do: "read-file" } as const;
    expect(said("op", ...steps, later)).toHaveLength(3);
  });
});
