// When and where what is drawn happens: in relation to other things, or to what a cluster waits
// for.

import { MILESTONES, type Upon } from "../plan/types.ts";
import { choice, constant, type Gen, integer, oneOf, record } from "./gen.ts";

export const SECOND = 1_000_000;
export const MS = 1000;

/** When something happens: at any time, soon after what came before it, or when something that
 *  takes its time in a cluster is due which that may have begun. */
export const when = choice<Gen<When>>(
  [3, record({ is: constant("at"), us: integer(0, 60 * SECOND) })],
  [2, record({ is: constant("soon"), us: integer(0, 50 * MS) })],
  [2, record({ is: constant("soon"), us: integer(0, SECOND) })],
  [1, record({ is: constant("soon"), us: integer(0, 15 * SECOND) })],
  [3, record({ is: constant("due"), what: oneOf("heartbeat"), us: integer(0, 4 * SECOND) })],
  [
    2,
    record({
      is: constant("due"),
      what: oneOf("election", "fence", "reconnect", "recovery"),
      us: integer(0, SECOND),
    }),
  ],
);

/** The next time that somebody comes to a milestone, or a later one: at that moment, or so long
 *  after it as a message takes, a commit, or an answer that is slow in coming. */
const upon = record({
  is: constant("upon"),
  what: oneOf(...MILESTONES),
  skip: oneOf(0, 0, 0, 0, 1, 2, 5),
  us: choice(
    [1, constant(0)],
    [3, integer(0, MS)],
    [2, integer(0, 50 * MS)],
    [1, integer(0, SECOND)],
  ),
  /** How long after what went before it begins to wait. */
  fromUs: oneOf(0, 0, 0, 2 * SECOND, 10 * SECOND),
  /** It may happen to whom it was drawn for, where the milestone is, or to whom that is about. */
  whom: oneOf("drawn", "there", "named"),
});

/** The same, or upon a milestone: for what comes and goes, and for faults. */
export const whenever = choice<Gen<Whenever>>([3, when], [2, upon]);

export type Whenever = When | UponWhen;
export interface UponWhen {
  readonly is: "upon";
  readonly what: Upon["what"];
  readonly skip: number;
  readonly us: number;
  readonly fromUs: number;
  readonly whom: "drawn" | "there" | "named";
}

export type When =
  | { readonly is: "at"; readonly us: number }
  | { readonly is: "soon"; readonly us: number }
  | { readonly is: "due"; readonly what: Due; readonly us: number };

export type Due = "heartbeat" | "election" | "fence" | "reconnect" | "recovery";

/** As the number of a mount or host: the one that the move before it was about, or its host. */
export const SAME = -2;

/** Any mount, or the one whose server runs then. What is wrong at one place is more than twice as
 *  wrong there, so it may also be where something just happened. */
export const ANY = 1000;
export const mount = choice([3, integer(0, ANY)], [2, constant(-1)], [1, constant(SAME)]);
export const host = mount;

/** After which of the moves: `when` counts from there. */
export const after = integer(0, ANY);
