// Binds variants to the plain model: rules and steps replaced, programs added. Two that replace the
// same thing are refused by name, and so is one that replaces what is not there.

import type { AnyProgram } from "../../../src/core/index.ts";
import { programs } from "../../../src/programs.ts";
import type { Rules, Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";
import type { AnyStep, Variant } from "../../../src/variants/types.ts";
import { UserError } from "../../report/user-error.ts";
import { variantsOf } from "./variant-names.ts";

export interface Model {
  readonly programs: readonly AnyProgram<Scoutfs>[];
  readonly rules: Rules;
}

export const plainModel: Model = { programs, rules: main };

/** The plain model with these; one line for the user when they are unknown or refuse each other. */
export const boundTo = (ids: readonly string[]): Model => withVariants(plainModel, variantsOf(ids));

/** Remembers who replaced what, so that a second one can be refused with the name of the first. */
class Claims {
  private readonly by = new Map<string, string>();

  claim(what: string, id: string): void {
    const other = this.by.get(what);
    if (other !== undefined) {
      throw new UserError(
        `variants ${other} and ${id} both replace ${what}; leave one out (not:ID)`,
      );
    }
    this.by.set(what, id);
  }
}

export function withVariants(base: Model, chosen: readonly Variant[]): Model {
  const claims = new Claims();
  let { rules } = base;
  const byName = new Map(base.programs.map((p) => [p.name as string, p]));
  for (const v of chosen) {
    for (const rule of Object.keys(v.rules ?? {})) {
      claims.claim(`rule ${rule}`, v.id);
      if (!Object.hasOwn(rules, rule))
        throw new Error(`${v.id} replaces rule ${rule}: no such rule`);
    }
    rules = { ...rules, ...v.rules };
    for (const [name, steps] of Object.entries(v.steps ?? {})) {
      byName.set(name, withSteps(byName.get(name), { id: v.id, name, steps, claims }));
    }
    for (const p of v.programs ?? []) {
      claims.claim(`program ${p.name}`, v.id);
      if (byName.has(p.name)) throw new Error(`${v.id} adds program ${p.name}, which exists`);
      byName.set(p.name, p);
    }
  }
  return { programs: [...byName.values()], rules };
}

interface Replacement {
  readonly id: string;
  readonly name: string;
  readonly steps: Readonly<Record<string, AnyStep>>;
  readonly claims: Claims;
}

function withSteps(program: AnyProgram<Scoutfs> | undefined, r: Replacement): AnyProgram<Scoutfs> {
  if (program === undefined)
    throw new Error(`${r.id} replaces steps of ${r.name}: no such program`);
  for (const label of Object.keys(r.steps)) {
    r.claims.claim(`step ${r.name} @ ${label}`, r.id);
  }
  return { ...program, steps: { ...program.steps, ...r.steps } };
}
