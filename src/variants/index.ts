// All variants, in the order in which they are listed.

import { farewellReclaimsDuringLockRecovery } from "./farewell-reclaims-during-lock-recovery.ts";
import type { Variant } from "./types.ts";

export const variants: readonly Variant[] = [farewellReclaimsDuringLockRecovery];
