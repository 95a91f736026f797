// Who finds the transaction full has it written, and waits for the seq of the next one. A forced
// unmount opens none: the write ends with an error, and those who waited wait on. Here they see
// the forced unmount, as whoever waits for the write does, and fail with ENOLINK. The end of the
// write wakes them in main already.

import type { Variant } from "./types.ts";

export const fullTransactionEndsWithTheMount: Variant = {
  id: "full-transaction-ends-with-the-mount",
  kind: "repair",
  commit: undefined,
  area: "trans.c",
  promises: ["LIVE"],
  says: "whoever waits for room in a transaction fails with ENOLINK at a forced unmount",
  rules: { nextTransWaitEnds: (m) => m.super.forcingUnmount },
};
