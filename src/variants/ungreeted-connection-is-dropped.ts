// An accepted connection that had sent no valid greeting was waited for like a client: after 20
// s the rid 0 was fenced, and as rid 0 is the listener, its end stopped the server.

import type { Variant } from "./types.ts";

export const ungreetedConnectionIsDropped: Variant = {
  id: "ungreeted-connection-is-dropped",
  kind: "open",
  commit: "e011c804c8",
  area: "net.c",
  promises: ["FNC1", "SRV2"],
  says: "a connection that never greeted is neither fenced nor taken for the listener",
  rules: { fencesUngreeted: () => false, stopsWhenUngreetedLeaves: () => false },
};
