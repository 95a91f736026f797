// Whoever changes items holds the transaction, which is then not written before it is released.
// Mirrors scoutfs_hold_trans of trans.c with commit_before_hold; scoutfs_release_trans is in
// api.ts. A transaction that has grown too large is written first, and the caller waits for the
// next one: for its seq, and nothing else, so a forced unmount leaves it waiting. Not modelled: a
// server that runs out of blocks (ENOSPC), and data allocators.

import { done, fail, type Out, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { heldBy, isTask, queueTransWork, release, transOf } from "./state.ts";

/** What the server fills a mount's allocator up to: SCOUTFS_SERVER_META_FILL_TARGET. */
const META_AVAIL = 8185;
const BLOCKS_PER_PAGE = 2;

/** A dirty page may need that many blocks; what else is dirtied is far less than the rest. */
const mustCommitFirst = (m: Mount, out: Out<Scoutfs>): boolean =>
  out.api.itemDirtyPages(m) * BLOCKS_PER_PAGE > META_AVAIL;

export const holdTrans = program<Scoutfs>()({
  name: "scoutfs_hold_trans",
  source: "trans.c:scoutfs_hold_trans",
  start: "enter",
  locals: () => ({ seq: 0 }),
  waits: {
    noWriter: {
      on: () => "trans.hold_wq",
      until: (_l, m) => !transOf(m).writing,
      blames: () => ({
        who: "scoutfs_trans_write_func",
        because: "the transaction is being written",
      }),
    },
    nextTrans: {
      on: () => "trans.hold_wq",
      until: (l, m, out) => transOf(m).seq !== l.seq || out.rules.nextTransWaitEnds(m),
      blames: (_l, m) => ({
        who: m.super.forcingUnmount ? "nobody" : "scoutfs_trans_write_func",
        because: "the transaction is full, and the next one is not open",
      }),
    },
  },
  steps: {
    enter: (_l, m, out) => (isTask(transOf(m).writer, out.self) ? done() : "look"),
    look(l, m, out) {
      const t = transOf(m);
      if (t.seq === 0) {
        out.note("WARN a transaction is held before the mount has one");
        return fail("EINVAL");
      }
      const nested = heldBy(t, out.self);
      if (nested !== undefined) {
        nested.count++;
        return done();
      }
      if (t.writing) return { wait: "noWriter", then: "look" };
      t.holders.push({ task: { ...out.self }, count: 1 });
      if (!mustCommitFirst(m, out)) return done();
      release(m, out);
      if (out.rules.nextTransWaitEnds(m)) return fail("ENOLINK");
      l.seq = t.seq;
      queueTransWork(m, out);
      return { wait: "nextTrans", then: "look" };
    },
  },
});
