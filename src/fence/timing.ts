// The one period of fence.c. How long a starting server waits is quorum's to say.

import { seconds } from "../core/index.ts";

/** An agent has this long before its silence counts as an error. */
export const FENCE_TIMEOUT_MS = seconds(30);
