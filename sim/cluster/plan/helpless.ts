// A cluster that nobody can help any more. The quorum worker of a mount ends for good when its
// device fails or somebody forces its unmount; the mount goes on without when it is busy then. When
// too few members have one left, no server is ever elected, and those whom people would mount again
// hold their places and wait for one.

import { votesNeeded } from "../../../src/quorum/api.ts";
import { deviceOf } from "../world/cluster.ts";
import type { ClusterMount, ClusterWorld } from "../world/types.ts";
import { holdsItsPlace } from "./actions.ts";
import { coreOf, hasQuorumWorker } from "./calm.ts";
import type { Plan } from "./types.ts";

/** Whether it looks so: no server, no majority, nobody who is to be mounted and is not, and nobody
 *  who goes without waiting for anyone. A mount that has just begun has no worker yet, so one look
 *  is not enough. */
export function isBeyondHelp(w: ClusterWorld, plan: Plan): boolean {
  if (w.now <= (plan.calmAtUs ?? plan.endUs)) return false;
  const there = new Set<string>();
  let members = 0;
  let stays = false;
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, state } = w.peekMount(id);
    if (!alive) continue;
    if (holdsItsPlace(state)) {
      there.add(state.slot.device);
      stays ||= !isLeaving(state);
    }
    if (state.server.status !== "DOWN" || isBeingForcedOut(state)) return false;
    if (hasQuorumWorker(w, id)) members++;
  }
  if (there.size > 0 && !stays) return false;
  return (
    members < votesNeeded(plan.cluster.slots) && coreOf(plan).every((n) => there.has(deviceOf(n)))
  );
}

/** It waits for nobody. Once that is refused it stays, as a mount that gives only errors. */
const isBeingForcedOut = ({ slot, super: sb }: ClusterMount): boolean =>
  sb.forcingUnmount && slot.inSysfs && (slot.leaving || !slot.mounted);

/** Those who all leave need no server in the end: they find out that they are let go. */
const isLeaving = ({ slot, super: sb }: ClusterMount): boolean =>
  slot.mount === "done" && !slot.mounted && !sb.forcingUnmount;
