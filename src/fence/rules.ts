// How scoutfs `main` decides what its commits have decided differently before; see FenceRules.

import { isListed } from "./requests.ts";
import type { FenceRules } from "./types.ts";

export const fenceRules: FenceRules = {
  serializesFences: () => true,
  isDuplicateFence: isListed,
  isAnswered: ({ fenced, error }) => fenced || error,
  fenceWaitEnds: () => false,
};
