// A place where a task can be: a program and one of its labels, as people and plans name it.

import { UserError } from "../../report/user-error.ts";

interface Programs {
  readonly programs: ReadonlyMap<string, { readonly steps: object }>;
}

/** One line for the user when there is no such place in this world. */
export function checkPlace({ programs }: Programs, program: string, label: string): void {
  const known = programs.get(program);
  if (known === undefined) throw new UserError(`unknown program "${program}"`);
  if (Object.hasOwn(known.steps, label)) return;
  const labels = Object.keys(known.steps).join(", ");
  throw new UserError(`${program} has no label "${label}"; its labels are ${labels}`);
}
