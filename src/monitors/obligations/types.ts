// What an obligation is made of: which entries open it, which close it, and how long it may stay
// open while the environment is fair.

import type { Fairness } from "../fairness.ts";
import type { Seen } from "../types.ts";

/** What an entry does to the obligations of one kind. `of` tells apart what one mount may have
 *  several of; without it a close ends all that the mount has. */
export type Change =
  | { readonly opens: number; readonly of: number }
  | { readonly closes: number; readonly of?: number };

export interface Obligation {
  /** Failures are told apart by it. */
  readonly name: string;
  /** Kinds by their recorded names. */
  readonly wants: readonly string[];
  /** `fair`: no fault lasts. `steady`: besides, a majority runs and nobody has just left. */
  readonly while: "fair" | "steady";
  /** Others of the same mount that it may have to wait for, each with a bound of its own: its clock
   *  begins anew when one of them closes. */
  readonly behind?: readonly string[];
  boundUs(fair: Fairness): number;
  /** `isOpen`: whether the mount has an obligation of that name open, from entries before and, of
   *  those above it in the table, from this one. */
  on(
    entry: Seen,
    fair: Fairness,
    isOpen: (name: string, mount: number) => boolean,
  ): Change | undefined;
}
