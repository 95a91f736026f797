// Whether a cluster has come to rest when its run is over. The core of the second phase may have
// been fenced since for what its hosts did before, so only those are asked who are still there: if
// they are a majority of the quorum slots, one of them serves, and nobody waits for anything.

import { votesNeeded } from "../../../src/quorum/api.ts";
import type { Failure } from "../../explore/hunt.ts";
import type { ClusterWorld } from "../world/types.ts";
import { callsIn, hasQuorumWorker } from "./calm.ts";
import { isRecoverable } from "./recoverable.ts";
import type { Plan } from "./types.ts";

/** REST: broken by a plan that must come to rest and has not by its end. */
export function unrest(w: ClusterWorld, plan: Plan): Failure | undefined {
  if (!isRecoverable(plan)) return undefined;
  let members = 0;
  const servers: string[] = [];
  const restless: string[] = [];
  for (let id = 0; id < w.mountCount; id++) {
    const { alive, name, state } = w.peekMount(id);
    const { slot, server, recov, fence } = state;
    if (!alive || slot.rid === 0 || !slot.inSysfs) continue;
    if (slot.mounted && hasQuorumWorker(w, id)) members++;
    if (server.status === "UP") servers.push(name);
    else if (server.status !== "DOWN") restless.push(`${name}'s server is ${server.status}`);
    if (!slot.mounted) restless.push(`${name} is ${slot.mount === "done" ? "un" : ""}mounting`);
    if (recov.pending.length > 0) restless.push(`${name} recovers`);
    if (fence.list.length > 0) restless.push(`${name} fences`);
    const calls = callsIn(state);
    if (calls > 0) restless.push(`${name} has ${calls} call${calls > 1 ? "s" : ""} under way`);
  }
  if (members < votesNeeded(plan.cluster.slots)) return undefined;
  if (servers.length !== 1) restless.push(`the servers are: ${servers.join(", ") || "none"}`);
  const [first] = restless;
  if (first === undefined) return undefined;
  return { promise: "REST", place: "the end", text: `not at rest: ${restless.join("; ")}` };
}
