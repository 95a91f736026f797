// Steps that wait for a milestone: from their time on they listen, and when it happens they become
// a step of that moment. Whom they name may be told by what happened. Whoever still waits when the
// calm begins has waited in vain, be it for the milestone or for the time after it.

import { planAt } from "../../engine/build.ts";
import { type Cued, planUpon } from "../../engine/cues.ts";
import type { ClusterWorld } from "../world/types.ts";
import { LEADER, NAMED, type Plan, type PlanStep, THERE, type Upon } from "./types.ts";

interface Listening {
  readonly do: "listen";
  readonly step: Omit<PlanStep, "upon">;
  readonly upon: Upon;
}
interface Cue extends Cued {
  readonly do: "cue";
  readonly step: Listening["step"];
}

export function placeStep(w: ClusterWorld, { upon, ...step }: PlanStep): void {
  if (upon === undefined) planAt(w, step.atUs, step);
  else planAt(w, step.atUs, { do: "listen", step, upon } as never);
}

/** Which of the plan's mounts a mount is: it may have come back many times. */
function nthOf(w: ClusterWorld, id: number): number {
  const { device } = w.peekMount(id).state.slot;
  return Number(/^dev(\d+)$/.exec(device)?.[1] ?? LEADER);
}

function withRid(w: ClusterWorld, rid: number): number {
  for (let id = w.mountCount - 1; id >= 0; id--) {
    if (w.peekMount(id).state.slot.rid === rid) return nthOf(w, id);
  }
  return LEADER;
}

/** Of a world that has no such mount, the one that leads. */
function who(w: ClusterWorld, wish: number, { cued }: Cued): number {
  if (wish === THERE) return cued.mount < 0 ? LEADER : nthOf(w, cued.mount);
  if (wish === NAMED) return cued.rid === 0 ? LEADER : withRid(w, cued.rid);
  return wish;
}

const ofHosts = (n: number, hosts: number): number => (n < 0 ? n : n % hosts);

/** The actions that `placeStep` puts into the plan. */
export function uponActions({
  cluster: { hosts },
  calmAtUs = Number.MAX_SAFE_INTEGER,
}: Plan): [string, (w: ClusterWorld, s: never) => void][] {
  return [
    [
      "listen",
      (w, { step, upon: { what, skip, afterUs } }: Listening) => {
        planUpon(w, { kind: what, skip, afterUs, action: { do: "cue", step } as Cue });
      },
    ],
    [
      "cue",
      (w, c: Cue) => {
        if (w.now >= calmAtUs) return;
        const { n, host, peer, ...rest } = c.step as {
          readonly [K in "n" | "host" | "peer"]?: number;
        };
        planAt(w, 0, {
          ...rest,
          ...(n === undefined ? {} : { n: who(w, n, c) }),
          ...(host === undefined ? {} : { host: ofHosts(who(w, host, c), hosts) }),
          ...(peer === undefined ? {} : { peer: ofHosts(who(w, peer, c), hosts) }),
        } as never);
      },
    ],
  ];
}

/** Nobody listens any more, and who comes to a place now is not delayed there. */
export function endListening(w: ClusterWorld): void {
  w.cues = [];
  w.holds = w.holds.filter(({ until }) => until.is !== "late");
}
