// The programs of fencing in one list, for whoever binds a world.

import { errorStore, fencedStore, fenceTimeout } from "./answer.ts";
import { destroyFence, fenceDestroy, fenceFree, fenceStop } from "./end.ts";
import { fenceStart } from "./start.ts";
import { fenceWaitFenced } from "./wait.ts";

export const fencePrograms = [
  fenceStart,
  fenceFree,
  fenceStop,
  fenceDestroy,
  destroyFence,
  fenceWaitFenced,
  fenceTimeout,
  fencedStore,
  errorStore,
] as const;
