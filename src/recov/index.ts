// The programs of recov.c.

import {
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
} from "./timer.ts";

export const recovPrograms = [
  recovBegin,
  recovDestroy,
  recovFinish,
  recovShutdown,
  recovTimerCallback,
] as const;
