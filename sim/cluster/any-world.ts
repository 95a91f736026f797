// A world whose protocol does not matter: what scenarios, faults and reports work on.

import type { Protocol } from "../../src/core/index.ts";
import type { World } from "../engine/world.ts";
import type { ScnCommand } from "../report/scn.ts";

export type AnyWorld = World<Protocol>;
/** Builds a world from the `key=value` arguments of a `world` command. */
export type Builder = (command: ScnCommand) => AnyWorld;

export function namesOf(w: AnyWorld): string[] {
  return Array.from({ length: w.mountCount }, (_, i) => w.peekMount(i).name);
}
