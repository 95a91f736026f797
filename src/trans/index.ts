// The programs of trans.c.

import { commitCurrentLogTrees, transGetLogTrees } from "./commit.ts";
import { holdTrans } from "./hold.ts";
import { setupTrans, shutdownTrans } from "./setup.ts";
import { transSync, transWriteFunc } from "./write.ts";

export const transPrograms = [
  holdTrans,
  transSync,
  transWriteFunc,
  commitCurrentLogTrees,
  transGetLogTrees,
  setupTrans,
  shutdownTrans,
] as const;
