// A server that stops may take long to get to its connections, for a write that hangs, and one
// that was unmounted by force need not have noticed. Meanwhile clients that have gone on to the
// next server seem to be lost, and were fenced: also when that server had reclaimed them.

import type { Variant } from "./types.ts";

export const stoppingServerFencesNobody: Variant = {
  id: "stopping-server-fences-nobody",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC1", "FNC5"],
  says: "a server that stops or is isolated has nobody fenced who does not reconnect",
  rules: { fencesWhileStopping: () => false },
};
