// The answers of scoutfs `main` to what commits of trans.c may change.

import type { TransRules } from "./types.ts";

export const transRules: TransRules = {
  nextTransWaitEnds: () => false,
  failedBlocksStayFailed: () => true,
};
