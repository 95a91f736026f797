// A log tree whose allocators take several commits to empty is finalized in as many, and one of
// these commits that fails is warned of. In a forced unmount of the server's mount all of them
// fail. Here that is no warning, as elsewhere: the work goes on as before, and the last commit
// tells the error.

import { doFinalizeOurs } from "../server/finalize-parts.ts";
import type { Variant } from "./types.ts";

const { applied } = doFinalizeOurs.steps;
type Locals = Parameters<typeof applied>[0];

export const forcedUnmountFinalizesQuietly: Variant = {
  id: "forced-unmount-finalizes-quietly",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["WRN1"],
  says: "a commit that a forced unmount ends while a log tree is finalized is not warned of",
  steps: {
    do_finalize_ours: {
      applied: (l: Locals, m, out, ret) =>
        applied(l, m, out, ret.error === "ENOLINK" ? { ...ret, error: undefined } : ret),
    },
  },
};
