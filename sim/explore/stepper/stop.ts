// Where to stop: each condition says of a move where in it: before which of its steps, or behind
// it.

import type { Protocol } from "../../../src/core/index.ts";
import type { TraceEntry } from "../../engine/trace/trace.ts";
import type { Moment } from "./moment.ts";

/** As the place in a move: behind it. */
export const BEHIND = Number.POSITIVE_INFINITY;

/** The places of a move, in order: the number of a step that has not run, or `BEHIND`. */
export type Stop<P extends Protocol> = (m: Moment<P>) => readonly number[];

const behindIf = (is: boolean): readonly number[] => (is ? [BEHIND] : []);

interface Where {
  readonly program?: string;
  readonly label?: string;
}

function stepsOf(m: { readonly entries: readonly TraceEntry[] }): readonly Where[] {
  return m.entries.filter(({ kind }) => kind === "step").map(({ data }) => data as Where);
}

export const everyStep = <P extends Protocol>(m: Moment<P>): readonly number[] =>
  stepsOf(m).map((_, i) => i + 1);

/** An event of a mount, or one in which something was recorded of it. */
export const ofMount =
  <P extends Protocol>(mount: number): Stop<P> =>
  (m) =>
    behindIf(m.entries.some((e) => e.mount === mount));

export const ofKind =
  <P extends Protocol>(kind: string): Stop<P> =>
  (m) =>
    behindIf(m.entries.some((e) => e.kind === kind));

/** Before the step runs. */
export const atLabel =
  <P extends Protocol>(program: string, label: string): Stop<P> =>
  (m) =>
    stepsOf(m).flatMap((s, i) => (s.program === program && s.label === label ? [i + 1] : []));

/** A broken promise, or any one. */
export const atViolation =
  <P extends Protocol>(promise?: string): Stop<P> =>
  ({ broken, world }) => {
    const fresh = broken === 0 ? [] : world.violations.slice(-broken);
    return behindIf(fresh.some((v) => promise === undefined || v.promise === promise));
  };

/** Where any of them stops. */
export const anyOf =
  <P extends Protocol>(stops: readonly Stop<P>[]): Stop<P> =>
  (m) =>
    stops
      .flatMap((stop) => stop(m))
      .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      .filter((place, i, all) => place !== all[i - 1]);
