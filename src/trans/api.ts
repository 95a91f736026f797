// What neighbours call in trans.c from inside one of their own atomic regions.

import type { Scoutfs } from "../protocol.ts";
import { isTask, release, restartSyncDeadline, transOf } from "./state.ts";
import type { TransApi } from "./types.ts";

export { transState } from "./state.ts";

export const transApi: TransApi<Scoutfs> = {
  releaseTrans(m, out) {
    if (!isTask(transOf(m).writer, out.self)) release(m, out);
  },
  transSampleSeq: (m) => transOf(m).seq,
  transRestartSyncDeadline: restartSyncDeadline,
};
