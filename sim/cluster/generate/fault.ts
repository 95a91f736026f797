// Faults of hosts, their devices and the ways between them, as a plan is drawn: what, when in
// relation to the comings and goings, of whom, and for how long.

import type { TrafficKind } from "../plan/types.ts";
import { choice, constant, type Gen, oneOf, record } from "./gen.ts";
import { after, host, mount, SECOND, type Whenever, whenever } from "./when.ts";

/** From what nobody notices to what outlasts a recovery. */
const passingUs = oneOf(
  ...([SECOND / 10, SECOND / 10, SECOND, SECOND, 5 * SECOND, 5 * SECOND, 20 * SECOND] as const),
  35 * SECOND,
);
export const fault = choice<Gen<SketchedFault>>(
  [4, record({ when: whenever, after, do: oneOf("pause", "stall-io"), host, forUs: passingUs })],
  [
    3,
    record({
      when: whenever,
      after,
      do: oneOf("cut-datagrams", "cut-all", "cut-streams", "clog"),
      host,
      forUs: passingUs,
    }),
  ],
  [
    2,
    record({
      when: whenever,
      after,
      do: constant("slow"),
      host,
      forUs: passingUs,
      permille: slowness(),
    }),
  ],
  [
    2,
    record({
      when: whenever,
      after,
      do: constant("slow-io"),
      host,
      forUs: passingUs,
      permille: slowness(),
    }),
  ],
  [
    1,
    record({
      when: whenever,
      after,
      do: constant("fail-io"),
      host,
      forUs: passingUs,
      permille: errors(),
    }),
  ],
  [
    2,
    record({
      when: whenever,
      after,
      do: constant("power-off"),
      host,
      forUs: oneOf(0, 10 * SECOND),
    }),
  ],
);

function slowness(): Gen<number> {
  return oneOf(3000, 30_000, 300_000);
}
function errors(): Gen<number> {
  return oneOf(20, 300, 1000);
}

interface Sketched {
  readonly when: Whenever;
  readonly after: number;
  readonly host: number;
  readonly forUs: number;
}
type SketchedFault = Sketched &
  (
    | {
        readonly do:
          | ("pause" | "stall-io" | "power-off")
          | ("cut-datagrams" | "cut-streams" | "cut-all" | "clog");
      }
    | { readonly do: "slow" | "slow-io" | "fail-io"; readonly permille: number }
  );

const what = oneOf("all", "datagrams", "streams");

/** Ways that lose everything, or that somebody resets. */
export const wayFault = choice<Gen<WayFault>>(
  [3, record({ when: whenever, after, do: constant("reset-client"), n: mount })],
  [3, record({ when: whenever, after, do: constant("reset-streams"), host, peer: host })],
  [
    2,
    record({
      when: whenever,
      after,
      do: constant("cut-one-way"),
      host,
      forUs: passingUs,
      way: oneOf("in", "out"),
      what,
    }),
  ],
  [
    2,
    record({
      when: whenever,
      after,
      do: constant("cut-pair"),
      host,
      peer: host,
      forUs: passingUs,
      what,
    }),
  ],
);

interface Anchored {
  readonly when: Whenever;
  readonly after: number;
}
type WayFault = Anchored &
  (
    | { readonly do: "reset-client"; readonly n: number }
    | { readonly do: "reset-streams"; readonly host: number; readonly peer: number }
    | {
        readonly do: "cut-one-way";
        readonly host: number;
        readonly forUs: number;
        readonly way: "in" | "out";
        readonly what: TrafficKind;
      }
    | {
        readonly do: "cut-pair";
        readonly host: number;
        readonly peer: number;
        readonly forUs: number;
        readonly what: TrafficKind;
      }
  );
