// What people do with files, as far as one inode goes: create, open, stat, close, unlink. A name is
// the number of an inode: whoever opens or unlinks one has found it by a name that was there, and
// may come too late. An open file keeps the mount busy, and so does a call that is under way. Names
// are never found in the cache of the mount: each is looked up.

import {
  type AnyProgram,
  done,
  type Errno,
  type Next,
  program,
  type Ret,
} from "../../../src/core/index.ts";
import { findInode, inodeOf } from "../../../src/inode/cache.ts";
import type { InodeHandle, Item } from "../../../src/inode/types.ts";
import { start } from "../../engine/build.ts";
import { numberArg, type ScnCommand } from "../../report/scn.ts";
import { type AnyWorld, mountArg } from "../world/any-world.ts";
import type { Cluster, ClusterMount, CommandRecord, FileCommands } from "../world/types.ts";

type What = keyof FileCommands;
interface Locals {
  readonly ino: number;
  inode: InodeHandle | undefined;
  error: Errno | undefined;
}

const localsOf = ({ ino }: FileCommands[What]): Locals => ({
  ...{ ino, inode: undefined, error: undefined },
});

function inodeIn({ inode }: Locals): InodeHandle {
  if (inode === undefined) throw new Error("expected the command to have got an inode");
  return { ...inode };
}

/** Nobody comes in where nothing is mounted. */
const mayEnter = (m: ClusterMount): boolean => {
  if (m.slot.mounted) m.slot.users++;
  return m.slot.mounted;
};

type Looking = Next<Cluster, "lookedUp", never>;
const lookUp = (l: Locals, m: ClusterMount): Looking =>
  mayEnter(m)
    ? { call: "inode_item_lookup", args: { ino: l.ino }, then: "lookedUp" }
    : done({ error: "ENOENT" });

/** The lookup lets go of the directory before it gets the inode, and does not ask for links. */
function getInode(l: Locals, { value, error }: Ret): Next<Cluster, "got" | "leave", never> {
  l.error = error ?? ((value as Item).nlink === 0 ? "ENOENT" : undefined);
  if (l.error !== undefined) return "leave";
  return { call: "scoutfs_iget", args: { ino: l.ino, linked: false }, then: "got" };
}

/** The record of what came of it; `stays`: a file is open from now on. */
function finish(l: Locals, m: ClusterMount, what: What, stays: boolean): CommandRecord {
  if (!stays) m.slot.users--;
  else inodeOf(m, inodeIn(l)).opens++;
  return { kind: "ino", rid: m.slot.rid, what, ino: l.ino, error: l.error };
}

const createInode = program<Cluster>()({
  name: "create_inode",
  source: "open(2) with O_CREAT",
  start: "begin",
  locals: (a: FileCommands["create_inode"]) => localsOf(a),
  waits: {},
  steps: {
    begin: (l, m) =>
      mayEnter(m)
        ? { call: "scoutfs_create", args: { ino: l.ino }, then: "created" }
        : done({ error: "ENOENT" }),
    created(l, m, out, { value, error }) {
      l.error = error;
      l.inode = value as InodeHandle | undefined;
      out.emit(finish(l, m, "create_inode", error === undefined));
      return done({ error });
    },
  },
});

const openInode = program<Cluster>()({
  name: "open_inode",
  source: "open(2), dir.c:scoutfs_lookup",
  start: "begin",
  locals: (a: FileCommands["open_inode"]) => localsOf(a),
  waits: {},
  steps: {
    begin: (l, m) => lookUp(l, m),
    lookedUp: (l, _m, _out, ret) => getInode(l, ret),
    got(l, _m, _out, { value, error }) {
      l.error = error;
      l.inode = value as InodeHandle | undefined;
      return "leave";
    },
    leave(l, m, out) {
      out.emit(finish(l, m, "open_inode", l.error === undefined));
      return done({ error: l.error });
    },
  },
});

/** Of a file that is open: it needs no name. The inode is read anew if its lock was away. */
const statInode = program<Cluster>()({
  name: "stat_inode",
  source: "fstat(2), inode.c:scoutfs_getattr",
  start: "begin",
  locals: (a: FileCommands["stat_inode"]) => localsOf(a),
  waits: {},
  steps: {
    begin(l, m, out) {
      const h = findInode(m, l.ino);
      if (h === undefined || inodeOf(m, h).opens === 0) {
        out.ignored("stat_inode: it is not open");
        return done({ error: "ENOENT" });
      }
      m.slot.users++;
      return { call: "scoutfs_iget", args: { ino: l.ino, linked: false }, then: "refreshed" };
    },
    refreshed(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      return { call: "iput", args: { inode: value as InodeHandle }, then: "leave" };
    },
    leave(l, m, out) {
      out.emit(finish(l, m, "stat_inode", false));
      return done({ error: l.error });
    },
  },
});

const closeInode = program<Cluster>()({
  name: "close_inode",
  source: "close(2)",
  start: "begin",
  locals: (a: FileCommands["close_inode"]) => localsOf(a),
  waits: {},
  steps: {
    begin(l, m, out) {
      const h = findInode(m, l.ino);
      const inode = h && inodeOf(m, h);
      if (h === undefined || inode === undefined || inode.opens === 0) {
        out.ignored("close_inode: it is not open");
        return done({ error: "ENOENT" });
      }
      inode.opens--;
      return { call: "iput", args: { inode: h }, then: "closed" };
    },
    closed(l, m, out) {
      out.emit(finish(l, m, "close_inode", false));
      return done();
    },
  },
});

const unlinkInode = program<Cluster>()({
  name: "unlink_inode",
  source: "unlink(2), dir.c:scoutfs_lookup",
  start: "begin",
  locals: (a: FileCommands["unlink_inode"]) => localsOf(a),
  waits: {},
  steps: {
    begin: (l, m) => lookUp(l, m),
    lookedUp: (l, _m, _out, ret) => getInode(l, ret),
    got(l, _m, _out, { value, error }) {
      l.error = error;
      if (error !== undefined) return "leave";
      l.inode = value as InodeHandle;
      return { call: "scoutfs_unlink", args: { inode: inodeIn(l) }, then: "unlinked" };
    },
    unlinked(l, _m, _out, { error }) {
      l.error = error;
      return { call: "iput", args: { inode: inodeIn(l) }, then: "leave" };
    },
    leave(l, m, out) {
      out.emit(finish(l, m, "unlink_inode", false));
      return done({ error: l.error });
    },
  },
});

/** Somebody has a file open for a while. */
const visitInode = program<Cluster>()({
  name: "visit_inode",
  source: "a program that opens a file and closes it again",
  start: "open",
  locals: (a: FileCommands["visit_inode"]) => a,
  waits: {},
  steps: {
    open: ({ ino, create }) => ({
      call: create ? "create_inode" : "open_inode",
      args: { ino },
      then: "opened",
    }),
    opened: ({ forUs }, _m, _out, { error }) =>
      error === undefined ? { sleep: forUs, then: "close" } : done({ error }),
    close: ({ ino }) => ({ call: "close_inode", args: { ino }, then: "closed" }),
    closed: (_l, _m, _out, ret) => done(ret),
  },
});

export const fileCommands = [
  visitInode,
  createInode,
  openInode,
  statInode,
  closeInode,
  unlinkInode,
] as unknown as readonly AnyProgram<Cluster>[];

/** `do create-inode ino=5 mount=m1`, `do open-inode`, `do stat-inode`, `do close-inode`,
 *  `do unlink-inode`. */
export function fileActions(w: AnyWorld): Record<string, (c: ScnCommand) => string> {
  const act = (name: Exclude<What, "visit_inode">) => (c: ScnCommand) => {
    start(w, mountArg(w, c), name, { ino: numberArg(c, "ino") });
    return "";
  };
  return {
    "create-inode": act("create_inode"),
    "open-inode": act("open_inode"),
    "stat-inode": act("stat_inode"),
    "close-inode": act("close_inode"),
    "unlink-inode": act("unlink_inode"),
  };
}
