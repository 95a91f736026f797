// WAK1: who sleeps is woken when what it waits for has come. It is judged by the conditions that
// the waits of the model themselves have: one that holds at one look and still at the next, a
// second later, while nothing of that kernel is about to run, was made true and nobody said so. The
// sleeper may be woken later for another reason, or by its timeout: LIVE then never knows. Where a
// host stands still nobody can wake anybody.
//
// Of the waits those are asked whose condition looks at the mount and acts on nobody; what comes by
// a socket wakes by itself. A commit's condition acts, and is asked in other words: while nobody
// holds, applies or writes a commit, whoever wants to hold one can go on (server.c:hold_commit).

import { programs } from "../../../src/programs.ts";
import type { MountData } from "../../engine/state/state.ts";
import type { Monitor, View } from "../../engine/trace/monitor.ts";
import type { Cluster } from "../world/types.ts";

type Kernel = MountData<Cluster>;
type Condition = (locals: object, m: Cluster["State"]) => boolean;

/** With `out` it could act. */
const LOOKS = 2;

const conditions = new Map<string, Condition>(
  programs.flatMap(({ name, waits }) =>
    Object.entries(waits as unknown as Readonly<Record<string, { readonly until: Condition }>>)
      .filter(([, { until }]) => until.length <= LOOKS)
      .map(([wait, { until }]) => [`${name} @ wait ${wait}`, until] as const),
  ),
);
conditions.set("server_hold_commit @ wait held", (_l, { server: { cusers } }) => {
  return !cusers.committing && cusers.holding.length === 0 && cusers.applying.length === 0;
});

const holds = (until: Condition, locals: object, m: Cluster["State"]): boolean => {
  try {
    // it may keep what it has found, and then does so in a copy
    return until({ ...locals }, m);
  } catch {
    return false;
  }
};

/** Something of it is about to go on: what that does may be to wake. */
const isBusy = ({ tasks, works }: Kernel): boolean =>
  tasks.some((task) => task !== undefined && (task.park === undefined || task.scheduled)) ||
  [...works.values()].some(({ pending, timer, dropped }) => pending && timer === 0 && !dropped);

/** By name: which sleep of which task. */
function sleepers(id: number, kernel: Kernel): [string, string][] {
  return kernel.tasks.flatMap((task, slot): [string, string][] => {
    const frame = task?.frames.at(-1);
    if (task?.park?.on !== "wait" || frame === undefined) return [];
    const place = `${frame.program} @ wait ${task.park.wait}`;
    const until = conditions.get(place);
    if (until === undefined || !holds(until, frame.locals, kernel.state)) return [];
    return [[[id, slot, task.generation, task.resume].join(" "), place]];
  });
}

interface State {
  /** What the last look found. */
  seen: Record<string, true>;
  /** The hosts that stand still. */
  still: Record<number, true>;
}

function look(s: State, view: View<Cluster>): void {
  const now: State["seen"] = {};
  for (let id = 0; id < view.mountCount; id++) {
    const kernel = view.peekMount(id);
    if (!kernel.alive || s.still[kernel.host] === true || isBusy(kernel)) continue;
    for (const [key, place] of sleepers(id, kernel)) {
      now[key] = true;
      if (s.seen[key] === true) {
        view.violate(place, `what it waits for on mount ${id} has come, and nobody has woken it`);
      }
    }
  }
  s.seen = now;
}

export const wak1: Monitor<Cluster, State> = {
  promise: "WAK1",
  wants: ["host"],
  start: () => ({ seen: {}, still: {} }),
  on({ data }, { still }) {
    const { host, did } = data as { readonly host: number; readonly did: string };
    if (did === "pause") still[host] = true;
    else if (did === "resume" || did === "power off") delete still[host];
  },
  look,
};
