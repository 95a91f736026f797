// The last holder of a commit that failed, with nobody applying, queued no commit and woke
// nobody: whoever waited for room in the allocators slept until other traffic came.

import type { Variant } from "./types.ts";

export const failedHolderWakesTheOthers: Variant = {
  id: "failed-holder-wakes-the-others",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "the last holder of a commit wakes those who wait, also when it fails",
  rules: { failedHolderWakes: () => true },
};
