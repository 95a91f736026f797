// A write of the transaction was done again from its start when any part of it failed. Where the
// server had opened the next transaction, and could not say so, the commit came again with the seq
// of the one before, and that is refused for ever.

import { transWriteFunc } from "../trans/write.ts";
import type { Variant } from "./types.ts";

const { gotNext } = transWriteFunc.steps;
type Locals = Parameters<typeof gotNext>[0];

export const commitIsRetriedWithTheNextGet: Variant = {
  id: "commit-is-retried-with-the-next-get",
  kind: "regression",
  commit: "888b1394a6",
  area: "trans.c",
  promises: ["LIVE"],
  says: "a mount whose next transaction was opened with an error commits the last one for ever",
  steps: {
    scoutfs_trans_write_func: {
      gotNext(l: Locals, m, out, ret) {
        const next = gotNext(l, m, out, ret);
        return typeof next === "object" && "sleep" in next ? { ...next, then: "commit" } : next;
      },
    },
  },
};
