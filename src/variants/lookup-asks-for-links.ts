// A lookup lets go of the directory before it gets the inode, and did not ask for links. Where the
// file was unlinked meanwhile, and the own mount had begun to delete it, it got one whose items
// then went. The deletion has looked at the open map by then, and the write lock that it holds
// keeps no reader of its own mount out. Here an inode without links does not come into the cache.

import { inodeOf } from "../inode/cache.ts";
import { scoutfsIget } from "../inode/iget.ts";
import type { AnyStep, Variant } from "./types.ts";

const settle: AnyStep = (l, m, out, ret) => {
  const inode = inodeOf(m, l.inode);
  if (inode.state === "new" && inode.nlink === 0) {
    l.error = "ENOENT";
    return "leave";
  }
  return scoutfsIget.steps.settle(l, m, out, ret);
};

export const lookupAsksForLinks: Variant = {
  id: "lookup-asks-for-links",
  kind: "repair",
  commit: undefined,
  area: "dir.c",
  promises: ["OMP1"],
  says: "an inode whose last link went since its name was found is not brought into the cache",
  steps: { scoutfs_iget: { settle } },
};
