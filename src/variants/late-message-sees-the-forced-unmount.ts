// A sender looked for a forced unmount before it took the lock of the connection. If that one came
// in between, and its shutdown ended whatever was queued, the message was queued behind it and
// nobody ended it: who waited for its answer kept the mount from being unmounted. Here the look is
// taken under the lock.

import type { Variant } from "./types.ts";

export const lateMessageSeesTheForcedUnmount: Variant = {
  id: "late-message-sees-the-forced-unmount",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["LIVE"],
  says: "no message is queued when a forced unmount has ended what was",
  rules: { messageIsTooLate: (m) => m.super.forcingUnmount },
};
