// A request to give up `read`, which waits for readers or for the sync of another lock, outlives
// its server. The next one was told `read`, and may make it `write` without asking for anything.
// What is written then is in the cache when the old request is worked off, whose modes say that
// nothing can be dirty. Here such a grant waits until that is settled. A server that grants after
// an answer has the mode that the answer left, so it waits for nothing that has been answered.

import type { Variant } from "./types.ts";

export const grantWaitsForEarlierInvalidations: Variant = {
  id: "grant-waits-for-earlier-invalidations",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["CRASH"],
  says: "a grant does not overtake an invalidation of an earlier server",
  rules: {
    grantWaits({ invalidations: [first] }, nl) {
      return first !== undefined && first.lock.newMode !== nl.oldMode;
    },
  },
};
