// The periods of net.c and client.c that bear on connections, each with its C name.

import { seconds } from "../core/index.ts";

/** How long a server keeps the state of a client whose connection is down. */
export const CLIENT_RECONNECT_TIMEOUT_MS = seconds(20);
/** Messages that one `sendmsg` takes: the length of `kv` in the send worker. */
export const SEND_BATCH = 16;
/** `WQ_DFL_ACTIVE`, what `alloc_workqueue` makes of 0. */
export const WQ_DFL_ACTIVE = 256;
