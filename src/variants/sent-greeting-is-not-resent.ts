// The response to a greeting may have left before the server lets the connection open, and was
// then among what is sent again: the client took it for a second greeting and broke the
// connection.

import type { Variant } from "./types.ts";

export const sentGreetingIsNotResent: Variant = {
  id: "sent-greeting-is-not-resent",
  kind: "open",
  commit: "063899286c",
  area: "net.c",
  promises: ["NET4", "FNC5"],
  says: "a greeting that was sent is not sent again when it lets its connection open",
  rules: { resendsGreetings: () => false },
};
