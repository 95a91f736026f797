// The programs of item.c and of what it calls in forest.c.

import { forestReadItems } from "./forest.ts";
import { itemCreateForce, itemInvalidate, itemLookup, readPages } from "./items.ts";

export const itemPrograms = [
  itemLookup,
  itemCreateForce,
  readPages,
  itemInvalidate,
  forestReadItems,
] as const;
