// Of two old connections of one client, its greeting takes over one; the other went on waiting,
// and after 20 s the client was fenced although it was connected.

import type { Variant } from "./types.ts";

export const supersededConnectionIsNotFenced: Variant = {
  id: "superseded-connection-is-not-fenced",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["FNC1", "FNC5"],
  says: "an old connection whose client has come back on another one is dropped",
  rules: { fencesSuperseded: () => false },
};
