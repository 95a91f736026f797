// Stands for item.c, trans.c and the merge of log trees, as far as inode items and orphan items go:
// the items of a group of inodes are one block of the shared device, and each change is on it when
// the change returns. So nothing that was changed is lost in a crash, and an orphan scan finds at
// once what the real one finds after a merge. Whoever changes a block holds its group's write lock.

import type { Next, Out } from "../core/index.ts";
import { assert, done, fail, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import { calcGroupNrs } from "../omap/api.ts";
import type { Scoutfs } from "../protocol.ts";
import type { InodeBlock, Item, OfIno } from "./types.ts";

/** Inodes have numbers below 4096. */
const GROUPS = 4;
const SOURCE = "(stands for item.c)";

const blockOf = (groupNr: number): string => `inode.group.${groupNr}`;
const itemsOf = (value: unknown): readonly Item[] => (value as InodeBlock | undefined)?.items ?? [];

type Reading<L extends string> = Next<Scoutfs, L, never>;
function read<L extends string>(m: Mount, groupNr: number, then: L): Reading<L> {
  assert(groupNr >= 0 && groupNr < GROUPS, "an inode number below 4096");
  if (m.super.forcingUnmount) return fail("ENOLINK");
  return { io: { op: "read", block: blockOf(groupNr) }, then };
}

const inodeItemLookup = program<Scoutfs>()({
  name: "inode_item_lookup",
  source: SOURCE,
  reads: "device",
  start: "read",
  locals: ({ ino }: OfIno) => ({ ino }),
  waits: {},
  steps: {
    read: ({ ino }, m) => read(m, calcGroupNrs(ino).groupNr, "look"),
    look({ ino }, _m, _out, { value, error }) {
      if (error !== undefined) return fail(error);
      const item = itemsOf(value).find((one) => one.ino === ino);
      return item === undefined ? fail("ENOENT") : done({ value: { ...item } });
    },
  },
});

/** What becomes of the item, undefined for none; EEXIST and ENOENT are told apart before. */
type Change = (ino: number) => Item | undefined;
type ChangeName = "inode_item_create" | "inode_item_orphan" | "inode_item_delete";

const change = (name: ChangeName, changed: Change) =>
  program<Scoutfs>()({
    name,
    source: SOURCE,
    reads: "device",
    start: "lock",
    locals: ({ ino }: OfIno) => ({ ino }),
    waits: {},
    steps: {
      lock: (_l) => ({ lock: "inode.items", then: "read" }),
      read(l, m, out) {
        const reading = read(m, calcGroupNrs(l.ino).groupNr, "write");
        if (typeof reading === "object" && "done" in reading) out.unlock("inode.items");
        return reading;
      },
      write({ ino }, m, out, { value, error }) {
        const items = itemsOf(value);
        const isThere = items.some((item) => item.ino === ino);
        const creates = name === "inode_item_create";
        if (m.super.forcingUnmount) return leave(out, { error: "ENOLINK" });
        if (error !== undefined) return leave(out, { error });
        if (isThere === creates) return leave(out, { error: creates ? "EEXIST" : "ENOENT" });
        const item = changed(ino);
        const others = items.filter((one) => one.ino !== ino).map((one) => ({ ...one }));
        const all = item === undefined ? others : [...others, item];
        const content = { kind: "inodes", items: all.sort((a, b) => a.ino - b.ino) } as const;
        const block = blockOf(calcGroupNrs(ino).groupNr);
        return { io: { op: "write", block, content }, then: "written" };
      },
      written: (_l, _m, out, { error }) => leave(out, { error }),
    },
  });

function leave(out: Out<Scoutfs>, ret: Parameters<typeof done>[0]): Reading<never> {
  out.unlock("inode.items");
  return done(ret);
}

const orphanItemNext = program<Scoutfs>()({
  name: "orphan_item_next",
  source: "(stands for btree.c:scoutfs_btree_next in the fs root)",
  reads: "device",
  start: "read",
  locals: ({ ino }: OfIno) => ({ ino, groupNr: calcGroupNrs(ino).groupNr }),
  waits: {},
  steps: {
    read: ({ groupNr }, m) => (groupNr >= GROUPS ? fail("ENOENT") : read(m, groupNr, "look")),
    look(l, _m, _out, { value, error }) {
      if (error !== undefined) return fail(error);
      const found = itemsOf(value).find((item) => item.orphan && item.ino >= l.ino);
      if (found !== undefined) return done({ value: found.ino });
      l.groupNr++;
      return "read";
    },
  },
});

export const inodeStandIns = [
  inodeItemLookup,
  change("inode_item_create", (ino) => ({ ino, nlink: 1, orphan: false })),
  change("inode_item_orphan", (ino) => ({ ino, nlink: 0, orphan: true })),
  change("inode_item_delete", () => undefined),
  orphanItemNext,
] as const;
