// A lock that was asked for again while its invalidation ran went back to the list, but the work
// was not queued: it stayed there until other locks were invalidated.

import type { Variant } from "./types.ts";

export const secondInvalidationNotRequeued: Variant = {
  id: "second-invalidation-not-requeued",
  kind: "regression",
  commit: "65ac42831f",
  area: "lock.c",
  promises: ["LIVE", "WRK1"],
  says: "a second invalidation of a lock that came during the first is not worked on",
  rules: { requeuesInvalidation: () => false },
};
