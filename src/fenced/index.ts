// The programs of the agents in one list, for whoever binds a world.

import { fencedRun, scoutfsFenced } from "./daemon.ts";
import { fencedLocalForceUnmount } from "./force-unmount.ts";
import { fencedPower } from "./power.ts";

export const fencedPrograms = [
  scoutfsFenced,
  fencedRun,
  fencedLocalForceUnmount,
  fencedPower,
] as const;
