// A world whose protocol does not matter: what scenarios, faults and reports work on.

import type { Protocol } from "../../../src/core/index.ts";
import type { World } from "../../engine/world.ts";
import { type ScnCommand, textArg } from "../../report/scn.ts";
import { UserError } from "../../report/user-error.ts";

export type AnyWorld = World<Protocol>;
/** A world, and what can be done in this kind of world alone: `do NAME key=value ...`. */
export interface Built {
  readonly w: AnyWorld;
  readonly actions?: Readonly<Record<string, (command: ScnCommand) => string>>;
}
/** Builds a world from the `key=value` arguments of a `world` command. */
export type Builder = (command: ScnCommand) => Built;

export function namesOf(w: AnyWorld): string[] {
  return Array.from({ length: w.mountCount }, (_, i) => w.peekMount(i).name);
}

/** `mount=NAME`; without it the first. */
export function mountArg(w: AnyWorld, c: ScnCommand): number {
  const name = textArg(c, "mount", w.peekMount(0).name);
  const id = namesOf(w).indexOf(name);
  if (id < 0)
    throw new UserError(`no mount is called "${name}"; mounts are ${namesOf(w).join(", ")}`);
  return id;
}
