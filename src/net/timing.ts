// The periods of net.c and client.c that bear on connections, each with its C name.

import { ms, seconds } from "../core/index.ts";

/** How long a server keeps the state of a client whose connection is down. */
export const CLIENT_RECONNECT_TIMEOUT_MS = seconds(20);
/** DEFAULT_TCP_KEEPALIVE_TIMEOUT_MS. */
export const TCP_KEEPALIVE_TIMEOUT_MS = 24_000;
/** Before a greeting looks again whether the previous connection of its client has shut down. */
export const GREETING_RETRY = ms(10);
/** How long a connect tries that was given less than a second: tcp_syn_retries. */
export const TCP_SYN_TIMEOUT = seconds(127);
/** Messages that one `recvmsg` into a page gives: as many LOCK messages fit. */
export const RECV_BATCH = 48;
/** The most `ordered_proc_wlists` that fit into a page. */
export const ORDERED_LISTS = 73;
/** Messages that one `sendmsg` takes: the length of `kv` in the send worker. */
export const SEND_BATCH = 16;
/** `WQ_DFL_ACTIVE`, what `alloc_workqueue` makes of 0. */
export const WQ_DFL_ACTIVE = 256;
