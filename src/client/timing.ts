// The periods of client.c, each with its C name.

import { ms, seconds } from "../core/index.ts";

/** Between two attempts of which no greeting was answered. */
export const CLIENT_CONNECT_DELAY_MS = ms(100);
export const CLIENT_CONNECT_TIMEOUT_MS = seconds(1);
