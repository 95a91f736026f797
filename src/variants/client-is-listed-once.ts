// A client whose greeting was answered in vain greets again as one that comes for the first
// time, with the info that it has taken over listed already; one that says farewell to a server
// which has forgotten it is never listed. Both damaged the list. Here each looks first.

import type { Variant } from "./types.ts";

export const clientIsListedOnce: Variant = {
  id: "client-is-listed-once",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["CRASH"],
  says: "a client is put on the list once, and taken off only when it is there",
  rules: { checksListOfClients: () => true },
};
