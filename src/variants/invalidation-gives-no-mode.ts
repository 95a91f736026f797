// A mount sets the mode that an invalidation leaves without asking what it has. In lock recovery
// it may have told a mode that it was giving up; when it wants to read again the new server first
// has it leave `read` of that, beside others who have to do the same. The mount then had `read`
// before they had answered, without a grant, and in no refresh generation. Here it stays without a
// mode, and the grant that follows gives it one.

import type { Variant } from "./types.ts";

export const invalidationGivesNoMode: Variant = {
  id: "invalidation-gives-no-mode",
  kind: "repair",
  commit: undefined,
  area: "lock.c",
  promises: ["LCK1"],
  says: "a lock without a mode has none after an invalidation",
  rules: { modeLeft: ({ mode }, nl) => (mode === "null" ? mode : nl.newMode) },
};
