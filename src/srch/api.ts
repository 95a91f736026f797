// The state of background compaction before anything has run.

import type { SrchState } from "./types.ts";

export const srchState = (): SrchState => ({ setUp: false, shutdown: false });
