// Faults that strike at one kind of moment. Two ends agree on what they do for one another when the
// answer is there; what matters is what breaks before that, and that is over within milliseconds.
// So a strike waits until something begins that is answered, and does the same to somebody each
// time that it begins, a little sooner or later. Things begin anew with a new server, and with
// whoever comes back.

import { LEADER, NAMED, type PlanStep, THERE, type Upon } from "../plan/types.ts";
import { choice, constant, type Gen, integer, list, oneOf, record, sometimes } from "./gen.ts";
import { after, MS, SECOND, type When, when } from "./when.ts";

/** While a cluster comes up, everybody does everything for the first time. */
const fromTheStart = record({ is: constant("at"), us: constant(0) });

/** With a new server everybody connects, greets and has locks recovered. */
const anew = oneOf(
  ...(["conn_connect_complete", "server_greeting", "cl_lock_recover_request"] as const),
);
/** What else begins: a server, a connection, a request of a client, a commit and the answers that
 *  wait for it, an invalidation, a fence. */
const other = oneOf(
  ...(["start_recovery", "conn_connect_start", "ls_request", "server_farewell"] as const),
  ...(["server_commit_start", "server_commit_end", "fence.start"] as const),
  ...(["cl_lock_invalidate_request"] as const),
);

/** As long as a message takes on a good day or on a bad one, a commit, or what is slow. */
const delay = choice(
  [1, constant(0)],
  [2, integer(0, MS / 10)],
  [2, integer(0, MS)],
  [2, integer(0, 20 * MS)],
  [1, integer(0, SECOND)],
);

const lastingUs = oneOf(SECOND / 10, SECOND, 5 * SECOND, 35 * SECOND, 35 * SECOND);
const harm = choice<Gen<Harm>>(
  [3, record({ do: constant("reset-client") })],
  [4, record({ do: constant("force-umount") })],
  [3, record({ do: constant("power-off"), forUs: oneOf(0, 10 * SECOND) })],
  [2, record({ do: oneOf("pause", "stall-io", "cut-streams", "cut-all"), forUs: lastingUs })],
);
type Harm =
  | { readonly do: "reset-client" | "force-umount" }
  | {
      readonly do: "power-off" | "pause" | "stall-io" | "cut-streams" | "cut-all";
      readonly forUs: number;
    };

const strike = record({
  when: choice<Gen<When>>([1, fromTheStart], [2, when]),
  after,
  /** The server that runs goes first: the next one begins with everybody. */
  first: oneOf(undefined, "umount", "force-umount", "power-off"),
  /** Whoever left last comes back, and the strike may be at that. */
  back: sometimes(
    500,
    record({ us: oneOf(SECOND, 5 * SECOND, 15 * SECOND), late: oneOf(false, true) }),
  ),
  what: choice<Gen<Upon["what"]>>([3, anew], [4, other]),
  skip: oneOf(0, 0, 0, 1, 3),
  whom: oneOf("there", "named"),
  harm,
  hits: list(delay, 1, 5),
});
type Drawn = NonNullable<typeof strike.sample>;
export type Strike = Omit<Drawn, "skip"> & { readonly skip: number };

/** A client that a new server has greeted is lost before its recovery is over: only then do two
 *  timers run for it, that of its connection and that of its recovery, and both end in a fence. Few
 *  are hit, so that a majority stays, and the server with it. */
const takeover: Gen<Strike> = record({
  ...{ when, after, what: constant("server_greeting"), whom: constant("named") },
  first: oneOf("umount", "force-umount", "power-off"),
  back: sometimes(700, record({ us: oneOf(SECOND, 5 * SECOND), late: constant(false) })),
  skip: oneOf(0, 1, 2, 3),
  harm: choice<Gen<Harm>>(
    [3, record({ do: constant("force-umount") })],
    [2, record({ do: constant("power-off"), forUs: constant(0) })],
    [1, record({ do: oneOf("pause", "cut-all"), forUs: constant(35 * SECOND) })],
  ),
  hits: list(delay, 1, 2),
});

export const strikes = record({
  all: list(strike, 1, 3),
  /** What they set in motion runs its course before anybody looks after the cluster: a client is
   *  waited for by two timers, 20 s and 30 s, and fencing one by its power may take longer than
   *  these lie apart. */
  slow: sometimes(600, record({ lingerS: constant(35), agentS: integer(8, 14), takeover })),
});
export type Strikes = NonNullable<typeof strikes.sample>;

/** On a single host, power that fails ends it all: there a mount is ended instead. */
const ends = (n: number, forUs: number, hosts: number) =>
  hosts === 1
    ? ({ do: "force-umount", n } as const)
    : ({ do: "power-off", host: n, forUs } as const);

function harmTo(n: number, harm: Harm, hosts: number) {
  switch (harm.do) {
    case "reset-client":
    case "force-umount":
      return { do: harm.do, n } as const;
    case "power-off":
      return ends(n, harm.forUs, hosts);
    default:
      return { do: harm.do, host: n, forUs: harm.forUs } as const;
  }
}

export function strikeSteps(
  { first, back, what, skip, whom, harm, hits }: Strike,
  { atUs, hosts }: { readonly atUs: number; readonly hosts: number },
): PlanStep[] {
  const steps: PlanStep[] = [];
  if (first === "power-off") steps.push({ atUs, ...ends(LEADER, 0, hosts) });
  else if (first !== undefined) steps.push({ atUs, do: first, n: LEADER });
  const backUs = atUs + (back?.us ?? 0);
  if (back !== undefined) steps.push({ atUs: backUs, do: "mount", n: LEADER });
  const fromUs = back?.late === true ? backUs : atUs;
  const hit = harmTo(whom === "there" ? THERE : NAMED, harm, hosts);
  for (const [i, afterUs] of hits.entries()) {
    steps.push({ atUs: fromUs, ...hit, upon: { what, skip: skip + i, afterUs } });
  }
  return steps;
}
