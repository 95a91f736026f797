// What a variant is: one file per bug or proposed fix, which says what of the plain model it
// replaces and which promise that breaks or mends. A world binds it when it is built; nothing
// global changes.

import type { AnyProgram, Step } from "../core/index.ts";
import type { Rules, Scoutfs } from "../protocol.ts";

// biome-ignore lint/suspicious/noExplicitAny: the type of the locals is the program's own
export type AnyStep = Step<Scoutfs, any, string, string>;

export interface Variant {
  /** Name of its file. */
  readonly id: string;
  /** A historic bug put back, a fix proposed upstream, or our own fix of a bug in main. */
  readonly kind: "regression" | "open" | "repair";
  /** The scoutfs commit that fixed it, or that proposes to. */
  readonly commit: string | undefined;
  /** The scoutfs file it is about. */
  readonly area: string;
  /** Promises by the names of their monitors: what it breaks, or, of a fix, what it mends. */
  readonly promises: readonly string[];
  /** One sentence for people. */
  readonly says: string;
  /** Why a fix is no part of `mended`: what it breaks, or why it cannot stand beside the others. */
  readonly unsound?: string;
  /** Of a repair: the unsound fix whose sound part it is. It goes with that fix: `not:` leaves out
   *  both, and where the whole fix is bound its part is not. Or the historic bug that it would
   *  mend in passing: where that is put back, the repair is left out. */
  readonly partOf?: string;
  readonly rules?: Partial<Rules>;
  /** By program and label. */
  readonly steps?: Readonly<Record<string, Readonly<Record<string, AnyStep>>>>;
  /** Added to the programs of the plain model. */
  readonly programs?: readonly AnyProgram<Scoutfs>[];
}
