// The programs of srch.c.

import { srchWork } from "./compact.ts";

export const srchPrograms = [...srchWork] as const;
