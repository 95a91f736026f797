// Files of a whole cluster: every mount has a host of its own, and nothing stands in but the items.
// A test says who does what with an inode, and holds a task where it wants it.

import { type ClusterOptions, clusterWorld } from "../../../sim/cluster/world/cluster.ts";
import type { Cluster, ClusterWorld, FileCommands } from "../../../sim/cluster/world/types.ts";
import { start } from "../../../sim/engine/build.ts";
import { peekBlock } from "../../../sim/engine/device.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import { MemorySink } from "../../../sim/engine/trace/trace.ts";
import type { Item } from "../../../src/inode/types.ts";
import { omp1 } from "../../../src/monitors/omp1.ts";

export const SECOND = 1_000_000;
const WHILE = SECOND / 5;
/** In the second group: the first has the root's. */
export const INO = 1030;

export function files(o: Partial<ClusterOptions> = {}): ClusterWorld {
  const mounts = o.mounts ?? 3;
  const w = clusterWorld({
    ...{ seed: "files", mounts, slots: mounts, hosts: mounts, heartbeatTimeoutMs: 2000, agent: {} },
    ...o,
    blueprint: { monitors: [omp1 as Monitor<Cluster>] },
  });
  w.trace.sink = new MemorySink(1_000_000);
  for (let n = 0; n < mounts; n++) start(w, n, "mount");
  w.runFor(6 * SECOND);
  return w;
}

type What = "create" | "open" | "stat" | "close" | "unlink";
export function begin(w: ClusterWorld, n: number, what: What, ino = INO): void {
  const name: keyof FileCommands = `${what}_inode`;
  start(w, n, name, { ino });
}
/** What came of it; undefined while it is under way. */
export function does(w: ClusterWorld, n: number, what: What, ino = INO): string | undefined {
  const before = seen(w, "ino").length;
  begin(w, n, what, ino);
  w.runFor(WHILE);
  const [answer] = seen(w, "ino").slice(before);
  return answer && String(answer.error ?? "ok");
}

export const seen = (w: ClusterWorld, kind: string): Record<string, unknown>[] =>
  (w.trace.sink as MemorySink)
    .entries()
    .filter((e) => e.kind === kind)
    .map(({ data, mount }) => ({ ...data, mount }));

export function itemOf(w: ClusterWorld, ino = INO): Item | undefined {
  const block = peekBlock(w.device(), `inode.group.${Math.floor(ino / 1024)}`) as
    | { readonly items: readonly Item[] }
    | undefined;
  return block?.items.find((item) => item.ino === ino);
}

export const leaderOf = (w: ClusterWorld): number =>
  [0, 1, 2].find((n) => {
    const { alive, state } = w.peekMount(n);
    return alive && state.server.status === "UP";
  }) ?? -1;
/** Those that carry no server. */
export function othersOf(w: ClusterWorld): [number, number] {
  const [a = -1, b = -1] = [0, 1, 2].filter((n) => n !== leaderOf(w));
  return [a, b];
}

export function holdOn(w: ClusterWorld, mount: number, program: string, label: string): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program, label, until, mount, held: [], open: false };
  w.holds.push(it);
  return it;
}
export function release(w: ClusterWorld, it: Hold): void {
  open(w, it);
  w.runFor(WHILE);
}

/** Whether a held task has that rid. */
export function isOf(w: ClusterWorld, { mount, slot }: Hold["held"][number], rid: number): boolean {
  const locals = w.peekMount(mount).tasks[slot]?.frames.at(-1)?.locals;
  return (locals as { readonly rid?: number } | undefined)?.rid === rid;
}

/** All but the one task that has that rid. */
export function releaseBut(w: ClusterWorld, it: Hold | undefined, rid: number): void {
  if (it === undefined) throw new Error("nobody is held there");
  const kept = it.held.splice(0).filter((held) => isOf(w, held, rid) || !it.held.push(held));
  release(w, it);
  it.held.push(...kept);
}

/** Mount 0 closes a file that nobody links to, and is held before it takes the lock to delete it;
 *  `then` mount 2 wants the lock of its group. What has ended within a minute, and who did it. */
export function evictsMeanwhile(w: ClusterWorld, then: () => void = () => {}): string[] {
  const evict = holdOn(w, 0, "try_delete_inode_items", "lock");
  begin(w, 0, "close");
  w.runFor(SECOND / 5);
  if (evict.held.length !== 1) throw new Error("expected one eviction to be held");
  then();
  const before = seen(w, "ino").length;
  begin(w, 2, "create", INO + 1);
  w.runFor(SECOND);
  release(w, evict);
  w.runFor(60 * SECOND);
  return seen(w, "ino")
    .slice(before)
    .map(({ mount, what }) => `${mount} ${what}`);
}
