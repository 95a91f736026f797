// What a plan is drawn from: the shape of the cluster, weather that lasts, people who come and go,
// and faults, each feature left out at random. It is free of rules between its parts, so that any
// part can be left out or made plainer alone: `timeline.ts` makes a plan of every sketch. It knows
// no bug and no variant.

import { choice, constant, type Gen, integer, list, oneOf, record, sometimes } from "./gen.ts";

export const SECOND = 1_000_000;
const MS = 1000;

type Drawn<G> = G extends Gen<infer T> ? T : never;

/** When something happens: at any time, soon after what came before it, or when something that
 *  takes its time in a cluster is due which that may have begun. */
const when = choice<Gen<When>>(
  [3, record({ is: constant("at"), us: integer(0, 60 * SECOND) })],
  [2, record({ is: constant("soon"), us: integer(0, 50 * MS) })],
  [2, record({ is: constant("soon"), us: integer(0, SECOND) })],
  [1, record({ is: constant("soon"), us: integer(0, 15 * SECOND) })],
  [3, record({ is: constant("due"), what: oneOf("heartbeat"), us: integer(0, 4 * SECOND) })],
  [1, record({ is: constant("due"), what: oneOf("election", "fence"), us: integer(0, SECOND) })],
);

export type When =
  | { readonly is: "at"; readonly us: number }
  | { readonly is: "soon"; readonly us: number }
  | { readonly is: "due"; readonly what: "heartbeat" | "election" | "fence"; readonly us: number };

/** Any mount, or the one whose server runs then. */
const ANY = 1000;
const mount = choice([2, integer(0, ANY)], [1, constant(-1)]);
const host = mount;

const move = record({
  when,
  do: oneOf("umount", "force-umount", "force-umount", "mount", "mount"),
  n: mount,
});

const passingUs = oneOf(SECOND / 10, SECOND, 5 * SECOND, 20 * SECOND);
/** After which of the moves: `when` counts from there. */
const after = integer(0, ANY);

const fault = choice<Gen<SketchedFault>>(
  [4, record({ when, after, do: oneOf("pause", "stall-io"), host, forUs: passingUs })],
  [3, record({ when, after, do: oneOf("cut-datagrams", "cut-all"), host, forUs: passingUs })],
  [2, record({ when, after, do: constant("slow"), host, forUs: passingUs, permille: slowness() })],
  [
    2,
    record({ when, after, do: constant("slow-io"), host, forUs: passingUs, permille: slowness() }),
  ],
  [1, record({ when, after, do: constant("fail-io"), host, forUs: passingUs, permille: errors() })],
  [2, record({ when, after, do: constant("power-off"), host, forUs: oneOf(0, 10 * SECOND) })],
);

function slowness(): Gen<number> {
  return oneOf(3000, 30_000, 300_000);
}
function errors(): Gen<number> {
  return oneOf(20, 300, 1000);
}

interface Sketched {
  readonly when: When;
  readonly after: number;
  readonly host: number;
  readonly forUs: number;
}
type SketchedFault = Sketched &
  (
    | { readonly do: "pause" | "stall-io" | "cut-datagrams" | "cut-all" | "power-off" }
    | { readonly do: "slow" | "slow-io" | "fail-io"; readonly permille: number }
  );

/** 0 s is a service that somebody restarts, 5 s one that systemd does, more one that is ill. */
const agentFault = record({
  when,
  after,
  do: oneOf("agent-down", "agent-down", "agent-fails"),
  host,
  forUs: oneOf(0, 5 * SECOND, 5 * SECOND, 30 * SECOND),
});

const option = record({
  when,
  after,
  n: integer(0, ANY),
  ms: oneOf(10_000, 2000, 2001, 4000, 60_000),
});

const cluster = record({
  slots: choice([4, integer(1, 5)], [4, integer(3, 5)], [1, integer(1, 15)]),
  moreMounts: oneOf(0, 0, 0, 1, 3),
  hosts: choice([3, constant(1)], [2, constant(ANY)], [1, integer(2, 4)]),
  heartbeatTimeoutMs: oneOf(10_000, 2000, 2000, 3000, 5000),
  agentDelayUs: oneOf(2 * SECOND, SECOND, SECOND / 10),
  /** A host that starts processes slowly is a host under load. */
  agentExecMaxUs: oneOf(5 * MS, 50 * MS, 300 * MS, SECOND),
  agentSlowUs: sometimes(300, integer(0, 20)),
  rebootUs: oneOf(0, 15 * SECOND),
});

const weather = record({
  maxUs: oneOf(200, 2000, 50_000),
  loss: sometimes(300, record({ lossPermille: integer(0, 50), duplicatePermille: integer(0, 50) })),
  startMaxUs: oneOf(60, 500, 20_000),
  preemptWithin: oneOf(0, 5, 50, 500),
  diskMaxUs: oneOf(500, 500, 5000, 20_000),
  /** Slow clocks only: by one that runs fast, a heartbeat timeout ends early. */
  clockPermille: sometimes(100, integer(1000, 1050)),
});

/** What scoutfs does not promise to survive. */
const beyond = record({
  lies: oneOf(true, false),
  lateWrites: list(record({ when, after, host, forUs: oneOf(5 * SECOND, 20 * SECOND) }), 0, 3),
});

export const sketch = record({
  cluster,
  weather,
  lengthS: oneOf(20, 20, 40, 60),
  moves: list(move, 0, 12),
  faults: sometimes(500, list(fault, 1, 4)),
  agentFaults: sometimes(250, list(agentFault, 1, 3)),
  options: sometimes(100, list(option, 1, 4)),
  beyond: sometimes(40, beyond),
});

export type Sketch = Drawn<typeof sketch>;
