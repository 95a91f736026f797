// The table of obligations, each in its own file.

import { commit } from "./commit.ts";
import { fenceRequest } from "./fence-request.ts";
import { forcedUnmount } from "./forced-unmount.ts";
import { lockWait } from "./lock-wait.ts";
import { mount } from "./mount.ts";
import { recovery } from "./recovery.ts";
import type { Obligation } from "./types.ts";
import { unmount } from "./unmount.ts";

export const obligations: readonly Obligation[] = [
  mount,
  unmount,
  forcedUnmount,
  recovery,
  fenceRequest,
  commit,
  lockWait,
];
