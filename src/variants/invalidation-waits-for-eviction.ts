// A worker that takes a lock back looks for the inodes under it, and waited for those that were
// being evicted. An eviction that wants the lock to delete its inode is behind the request that
// the worker is to make way for.

import { type AnyProgram, done, each, lookup, program } from "../core/index.ts";
import { inodeOf, stateq } from "../inode/cache.ts";
import { NO_INODE } from "../inode/iget.ts";
import type { InodeHandle } from "../inode/types.ts";
import { lockInvalidate } from "../lock/invalidate.ts";
import { inosOf } from "../lock/keys.ts";
import { lockOf } from "../lock/locks.ts";
import type { Scoutfs } from "../protocol.ts";
import type { Variant } from "./types.ts";

interface Inos {
  readonly first: number;
  readonly last: number;
}
const ilookup = program<Scoutfs>()({
  name: "scoutfs_ilookup" as never,
  source: "inode.c:scoutfs_ilookup",
  start: "find",
  locals: ({ first, last }: Inos) => ({ first, last, inode: NO_INODE as InodeHandle }),
  waits: {
    freed: {
      on: (l) => stateq(l.inode),
      until: (l, m) => lookup(m.inode.cache, l.inode) === undefined,
      blames: (l, m) => ({
        who: `whoever evicts inode ${inodeOf(m, l.inode).ino}`,
        because: "its lock is to be given back",
      }),
    },
  },
  steps: {
    find(l, m) {
      for (const [h, { state, ino }] of each(m.inode.cache)) {
        if (state !== "freeing" || ino < l.first || ino > l.last) continue;
        l.inode = { ...h };
        return { wait: "freed", then: "find" };
      }
      return done();
    },
  },
});

const { drop } = lockInvalidate.steps;
type Locals = Parameters<typeof drop>[0];

export const invalidationWaitsForEviction: Variant = {
  id: "invalidation-waits-for-eviction",
  kind: "regression",
  commit: "4389c73c14",
  area: "lock.c",
  promises: ["LIVE"],
  says: "a lock is not given back while an inode under it is being evicted",
  programs: [ilookup as unknown as AnyProgram<Scoutfs>],
  steps: {
    lock_invalidate: {
      drop(l: Locals, m, out, ret) {
        const inos = inosOf(lockOf(m, l.lock));
        if (l.mode === "read" || inos === undefined) return drop(l, m, out, ret);
        return { call: "scoutfs_ilookup" as never, args: inos, then: "dropFound" };
      },
      dropFound: (l: Locals, m, out, ret) => drop(l, m, out as never, ret),
    },
  },
};
