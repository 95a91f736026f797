// A connection that broke while the farewell of its client was reclaimed kept the response, and
// waited for the client; the client saw that its item was gone and did not come back. After 20 s
// the server had a mount fenced that had left.

import type { Variant } from "./types.ts";

export const departedClientIsNotFenced: Variant = {
  id: "departed-client-is-not-fenced",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC1", "FNC5"],
  says: "a client whose farewell is through is not fenced because it did not hear of it",
  rules: { fencesAfterFarewell: () => false },
};
