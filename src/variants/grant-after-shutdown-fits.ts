// Once the locks are shut down an invalidation is answered and leaves the item cache as it is. A
// mount that unmounts while it gives up a lock by itself, and whose server is lost before it
// answers that, has the lock invalidated by the next server first, which then grants null for null:
// what is cached still does not fit, and the client stops with a BUG. Here a grant asks for that no
// more once nobody can use a lock.

import type { Variant } from "./types.ts";

export const grantAfterShutdownFits: Variant = {
  id: "grant-after-shutdown-fits",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["CRASH"],
  says: "a grant that comes when the locks are shut down may find items cached",
  rules: { cacheMustFit: (m) => !m.lock.shutdown },
};
