// A forced unmount completes the requests that wait by a shutdown of the connection. If one is
// under way already, for a lost server say, it waits for that, which may have looked for the forced
// unmount just before: the requests are completed by nobody. Here a shutdown looks once more where
// it ends, in the region that lets the next one begin: whoever comes after that begins one.

import type { Variant } from "./types.ts";

export const shutdownEndsWithALookForForce: Variant = {
  id: "shutdown-ends-with-a-look-for-force",
  kind: "repair",
  commit: undefined,
  area: "net.c",
  promises: ["LIVE"],
  partOf: "forced-unmount-does-not-complete-pending-rpcs",
  says: "a forced unmount that begins while a connection shuts down still ends what waits for it",
  rules: { endOfShutdownLooksForForce: () => true },
};
