// Which variants are bound without a change and with it.

import { buggy } from "../../cluster/trial/found.ts";
import {
  MENDED,
  NOT,
  namesWith,
  namesWithout,
  variantOf,
} from "../../cluster/world/variant-names.ts";
import { UserError } from "../../report/user-error.ts";
import type { Sides } from "./job.ts";

/** A change that stands in `base` already is left out of the first side. Of `mended`, what cannot
 *  stand beside the change, because it replaces the same, is left out of both. */
export function sidesOf(changes: readonly string[], base: readonly string[]): Sides {
  const named = changes.map((id) => plainId(id));
  const aside = base.includes(MENDED) ? named.flatMap(asideOf) : [];
  const common = [...base, ...aside.filter((name) => !base.includes(name))];
  const before = named.reduce((names, id) => namesWithout(names, id), [...common]);
  const after = named.reduce((names, id) => namesWith(names, id), [...before]);
  return { before, after };
}

function plainId(id: string): string {
  if (id === "main" || id === MENDED || id.startsWith(NOT)) {
    throw new UserError(`--variant takes the id of one change, not "${id}"; see scoutsim bugs`);
  }
  return variantOf(id).id;
}

/** Of the names of its base, those that leave something else out. */
const asideOf = (id: string): string[] =>
  buggy(id).filter((name) => name.startsWith(NOT) && name !== NOT + id);
