// A socket that is idle probes a silent peer after its keepalive timeout less three seconds, and
// one that waits for an acknowledgement gives up when the same timeout has passed since it sent.
// Whoever sends to a dead host just before the first probe bears nearly two timeouts of silence,
// 45 s by default. The next server gives its clients 30 s from when it is up, which with a short
// heartbeat timeout is 32 s after the death: a healthy client is fenced. Here the socket gets half
// of the option as its user timeout and begins to probe by it, so that both waits together, the
// idle one and that for an acknowledgement, end within the time that the option names.

import { us } from "../core/index.ts";
import type { Variant } from "./types.ts";

export const silenceIsBorneOnce: Variant = {
  id: "silence-is-borne-once",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC5"],
  partOf: "tcp-timeout-exceeds-recovery-window",
  says: "who sends just before it would probe hears of a death within its keepalive timeout",
  rules: { userTimeout: (keepaliveTimeout) => us(keepaliveTimeout / 2) },
};
