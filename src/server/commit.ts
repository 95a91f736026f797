// Writes a commit: first every dirty block, then the super block that refers to them, and only
// then is the new super the stable one and does anybody hear of it. An error goes to all who apply
// and leaves everything dirty for the next commit. Mirrors scoutfs_server_commit_func of server.c
// with commit_start and commit_end. Not modelled: the test trigger that fills the freed lists, and
// the swap of the two metadata allocators behind the lists.
//
// Nor that blocks whose write has failed keep their error, as those of src/trans/commit.ts do: a
// holder that reads one, or has to allocate a block, fails with EIO and asks for no commit. The
// next write, which forgives them, comes with a holder that touches none, as server_alloc_inodes.
// Which blocks are dirty is not known here, so requests do well again with the device.

import type { Errno, Next, Out } from "../core/index.ts";
import { done, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { refillOther, swapLists } from "./alloc.ts";
import { copySuper } from "./super.ts";
import type { OfServer, ServerBlock } from "./types.ts";

/** `commit_end`: everyone who applies gets the result, everyone who waits looks again. */
function commitEnd(m: Mount, out: Out<Scoutfs>, error: Errno | undefined): void {
  const { cusers, holds, term } = m.server;
  out.emit({ kind: "server_commit_end", term, error });
  for (const h of cusers.applying) get(holds, h).ret = error;
  cusers.applying = [];
  cusers.committing = false;
  cusers.budget = 0;
  out.wake("server.cusers");
}

interface Locals {
  error: Errno | undefined;
}
function failed(l: Locals, error: Errno): "end" {
  l.error = error;
  return "end";
}

type Writing = Next<Scoutfs, "blocksWritten" | "prepareSuper" | "superWritten" | "end", never>;

/** After a forced unmount no I/O starts. */
function write(l: Locals, m: Mount, content: ServerBlock): Writing {
  if (m.super.forcingUnmount) return failed(l, "ENOLINK");
  const then = content.kind === "super" ? "superWritten" : "blocksWritten";
  return { io: { op: "write", block: `server.${content.kind}`, content }, then };
}

export const serverCommitFunc = program<Scoutfs>()({
  name: "scoutfs_server_commit_func",
  source: "server.c:scoutfs_server_commit_func",
  reads: "dirty",
  start: "start",
  locals: (_a: OfServer): Locals => ({ error: undefined }),
  waits: {},
  steps: {
    start(l, m, out) {
      const { committing, holding } = m.server.cusers;
      out.emit({ kind: "server_commit_start", term: m.server.term });
      if (committing && holding.length === 0) return "checkForced";
      out.note("WARN commit work runs without a commit or with holders");
      return failed(l, "EINVAL");
    },
    checkForced: (l, m) => (m.super.forcingUnmount ? failed(l, "ENOLINK") : "refill"),
    refill(_l, m) {
      refillOther(m);
      return "writeBlocks";
    },
    writeBlocks(l, m) {
      const blocks = m.server.dirtyBlocks;
      return blocks === 0 ? "prepareSuper" : write(l, m, { kind: "commit", blocks });
    },
    /** Blocks that could not be written stay dirty. */
    blocksWritten(l, m, _out, ret) {
      if (ret.error !== undefined) return failed(l, ret.error);
      m.server.dirtyBlocks = 0;
      return "prepareSuper";
    },
    prepareSuper(l, m) {
      const { dirtySuper, seq } = m.server;
      dirtySuper.seq = seq;
      dirtySuper.hdrSeq++;
      return write(l, m, { kind: "super", super: copySuper(dirtySuper) });
    },
    superWritten: (l, _m, _out, ret) =>
      ret.error === undefined ? "setStable" : failed(l, ret.error),
    setStable(_l, m) {
      m.server.stableSuper = copySuper(m.server.dirtySuper);
      return "swapLists";
    },
    swapLists(_l, m) {
      swapLists(m);
      return "end";
    },
    end(l, m, out) {
      commitEnd(m, out, l.error);
      return done();
    },
  },
});
