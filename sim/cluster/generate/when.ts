// When and where what is drawn happens: in relation to other things, or to what a cluster waits
// for.

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
