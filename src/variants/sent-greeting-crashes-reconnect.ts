// The answer to a greeting is submitted before the connection takes over the one that its client
// had. If the send worker was quick, the answer was sent by then and waited to be acknowledged, and
// the server asserted that nothing did.

import type { Variant } from "./types.ts";

export const sentGreetingCrashesReconnect: Variant = {
  id: "sent-greeting-crashes-reconnect",
  kind: "regression",
  commit: "cb1726681c",
  area: "net.c",
  promises: ["CRASH"],
  says: "a server whose answer to a greeting is sent early dies when the client's state moves",
  rules: { bearsSentGreeting: () => false },
};
