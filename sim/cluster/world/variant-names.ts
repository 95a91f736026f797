// The names by which a run is told its variants: an id, `main` for the plain model, `mended` for it
// with every fix that is known to be sound, and `not:ID` for one that is left out of `mended`.

import { variants } from "../../../src/variants/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { UserError } from "../../report/user-error.ts";

const MAIN = "main";
export const MENDED = "mended";
export const NOT = "not:";

/** The variant of that name; one line for the user when there is none. */
export function variantOf(id: string): Variant {
  const variant = variants.find((v) => v.id === id);
  if (variant !== undefined) return variant;
  const known = variants.map((v) => v.id).join(", ");
  const bases = `${MAIN}, ${MENDED}, ${NOT}ID and`;
  throw new UserError(`unknown variant "${id}"; variants are ${known} (besides ${bases} these)`);
}

export const mendedVariants: readonly Variant[] = variants.filter(
  ({ kind, unsound }) => kind !== "regression" && unsound === undefined,
);

/** The variants that the names stand for, each once. */
export function variantsOf(names: readonly string[]): Variant[] {
  const chosen = new Set<Variant>();
  const without = new Set<Variant>();
  for (const name of names) {
    if (name === MAIN) continue;
    if (name === MENDED) for (const v of mendedVariants) chosen.add(v);
    else if (name.startsWith(NOT)) without.add(variantOf(name.slice(NOT.length)));
    else chosen.add(variantOf(name));
  }
  const hasWhole = ({ partOf }: Variant): boolean =>
    [...chosen, ...without].some(({ id }) => id === partOf);
  return [...chosen].filter((v) => !without.has(v) && !hasWhole(v));
}

/** What is named one by one, and not by a base: a variant, or `not:ID`. */
export const askedAbout = (names: readonly string[]): string[] =>
  names.filter((name) => name !== MAIN && name !== MENDED);

const others = (names: readonly string[], id: string): string[] =>
  names.filter((name) => name !== id && name !== NOT + id);

/** The names with that variant among what they stand for. */
export function namesWith(names: readonly string[], id: string): string[] {
  const rest = others(names, id);
  return rest.includes(MENDED) && mendedVariants.some((v) => v.id === id) ? rest : [...rest, id];
}

/** The names without it. */
export function namesWithout(names: readonly string[], id: string): string[] {
  const rest = others(names, id);
  const isThere = variantsOf(rest).some((v) => v.id === id || v.partOf === id);
  return isThere ? [...rest, NOT + id] : rest;
}
