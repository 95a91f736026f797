// A write of several blocks that failed forgave the first one its error, and left it on the others,
// which were still dirty. The retry of a commit reads some of them before it comes to the next
// write, which would forgive them all: it is told EIO, and so is each retry, until a forced
// unmount. Here a write that fails takes the error off all its blocks, and the retry writes them.

import type { Variant } from "./types.ts";

export const failedBlocksAreWrittenAgain: Variant = {
  id: "failed-blocks-are-written-again",
  kind: "repair",
  commit: undefined,
  area: "block.c",
  promises: ["LIVE"],
  says: "a transaction whose blocks could not be written is written when the device is well again",
  rules: { failedBlocksStayFailed: () => false },
};
