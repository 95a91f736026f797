// Writes the open transaction and opens the next. Mirrors scoutfs_trans_write_func with
// retry_forever, and scoutfs_trans_sync, of trans.c. Nobody holds the transaction meanwhile. Each
// of the two requests is repeated for as long as it fails, whatever the error, and only a forced
// unmount ends that: so a sync fails in no other way. It writes when nothing is dirty too.

import type { Errno, Next } from "../core/index.ts";
import { done, program, seconds } from "../core/index.ts";
import type { LockNeeds } from "../lock/types.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { queueTransWork, restartSyncDeadline, transOf } from "./state.ts";
import type { OfTrans } from "./types.ts";

const RETRY_DELAY = seconds(2);

interface Locals {
  error: Errno | undefined;
}
/** Of `retry_forever`, after a failure. */
function retry<L extends string>(l: Locals, m: Mount, label: L): Next<Scoutfs, L | "end", never> {
  if (!m.super.forcingUnmount) return { sleep: RETRY_DELAY, then: label };
  l.error = "ENOLINK";
  return "end";
}

export const transWriteFunc = program<Scoutfs>()({
  name: "scoutfs_trans_write_func",
  source: "trans.c:scoutfs_trans_write_func",
  start: "enter",
  locals: (_a: OfTrans): Locals => ({ error: undefined }),
  waits: {
    drained: {
      on: () => "trans.hold_wq",
      until: (_l, m) => transOf(m).holders.length === 0,
      blames: (_l, m) => ({
        who: `${m.trans.holders.length} holders of the transaction`,
        because: "it is written when all have released it",
      }),
    },
  },
  steps: {
    enter(_l, m, out) {
      const t = transOf(m);
      t.writer = { ...out.self };
      t.writing = true;
      return { wait: "drained", then: "drained" };
    },
    /** Before the mount has opened a transaction there is none to write: a sync succeeds. */
    drained(l, m, out) {
      if (transOf(m).seq === 0) return "end";
      if (m.super.forcingUnmount) {
        l.error = "ENOLINK";
        return "end";
      }
      const dirty_item_pages = out.api.itemDirtyPages(m);
      const dirty_blocks = dirty_item_pages === 0 ? 0 : 1;
      out.emit({ kind: "trans_write_func", dirty_blocks, dirty_item_pages });
      return "commit";
    },
    commit: (_l) => ({ call: "commit_current_log_trees", args: {}, then: "committed" }),
    committed(l, m, out, { error }) {
      if (error === undefined) return "getNext";
      out.note(`transaction commit failure: ${error}, retrying`);
      return retry(l, m, "commit");
    },
    getNext: (_l) => ({ call: "scoutfs_trans_get_log_trees", args: {}, then: "gotNext" }),
    gotNext(l, m, out, { error }) {
      if (error === undefined) return "end";
      out.note(`get log trees failure: ${error}, retrying`);
      return retry(l, m, "getNext");
    },
    end(l, m, out) {
      const t = transOf(m);
      t.writeCount++;
      t.writeRet = l.error;
      out.wake("trans.write_wq");
      return "letHolders";
    },
    letHolders(_l, m, out) {
      transOf(m).writing = false;
      out.wake("trans.hold_wq");
      return "restart";
    },
    restart(_l, m, out) {
      transOf(m).writer = undefined;
      restartSyncDeadline(m, out);
      return done();
    },
  },
});

/** A write that is under way when the caller comes is waited for and no other one: what was dirty
 *  before it began is in it, and nothing is dirtied while it runs. */
export const transSync = program<Scoutfs>()({
  name: "scoutfs_trans_sync",
  source: "trans.c:scoutfs_trans_sync",
  start: "sync",
  locals: ({ wait }: LockNeeds["scoutfs_trans_sync"]) => ({
    wait,
    count: 0,
    ret: undefined as Errno | undefined,
  }),
  waits: {
    attempted: {
      on: () => "trans.write_wq",
      until(l, m) {
        const t = transOf(m);
        if (t.writeCount <= l.count) return false;
        l.ret = t.writeRet;
        return true;
      },
      blames: () => ({
        who: "scoutfs_trans_write_func",
        because: "the transaction is not written yet",
      }),
    },
  },
  steps: {
    sync(l, m, out) {
      l.count = transOf(m).writeCount;
      if (l.wait) return "queue";
      queueTransWork(m, out);
      return done();
    },
    queue(_l, m, out) {
      queueTransWork(m, out);
      return { wait: "attempted", then: "leave" };
    },
    leave: (l) => done({ error: l.ret }),
  },
});
