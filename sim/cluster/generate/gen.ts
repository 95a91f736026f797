// What can be drawn, as data: a description that is read twice. Here a chooser draws a value of it;
// in the tests the same description becomes a fast-check value, which shrinks. So the command line
// needs no development package, and both know the same plans. Each place in a description draws
// for itself: a feature more in one place, or an item more in a list, leaves the other draws alone.

import type { Chooser } from "../../engine/chooser.ts";

/** Nothing of type T is in it: the type goes along for whoever draws. */
export interface Gen<out T> {
  readonly shape: Shape;
  readonly sample?: T;
}

export type Shape =
  | { readonly is: "constant"; readonly value: unknown }
  | { readonly is: "integer"; readonly min: number; readonly max: number }
  /** The first is the plainest: what fails is tried with it. */
  | { readonly is: "choice"; readonly of: readonly Weighted[] }
  | { readonly is: "record"; readonly fields: Readonly<Record<string, Gen<unknown>>> }
  | {
      readonly is: "list";
      readonly item: Gen<unknown>;
      readonly min: number;
      readonly max: number;
    };

export interface Weighted {
  readonly weight: number;
  readonly gen: Gen<unknown>;
}
type Drawn<G> = G extends Gen<infer T> ? T : never;

const PERMILLE = 1000;

export const constant = <const T>(value: T): Gen<T> => ({ shape: { is: "constant", value } });

/** Both ends may be drawn. */
export function integer(min: number, max: number): Gen<number> {
  if (max < min) throw new Error(`an integer from ${min} to ${max}: give the smaller bound first`);
  return { shape: { is: "integer", min, max } };
}

/** Equally likely; write one twice to have it twice as often. */
export const oneOf = <const T>(...values: readonly [T, ...T[]]): Gen<T> => ({
  shape: { is: "choice", of: values.map((value) => ({ weight: 1, gen: constant(value) })) },
});

/** `[weight, gen]` pairs. */
export const choice = <G extends Gen<unknown>>(
  ...of: readonly (readonly [weight: number, gen: G])[]
): Gen<Drawn<G>> => ({
  shape: { is: "choice", of: of.map(([weight, gen]) => ({ weight, gen })) },
});

/** Left out but for so many of a thousand draws. */
export const sometimes = <T>(permille: number, gen: Gen<T>): Gen<T | undefined> =>
  choice<Gen<T | undefined>>([PERMILLE - permille, constant(undefined)], [permille, gen]);

export const record = <F extends Readonly<Record<string, Gen<unknown>>>>(
  fields: F,
): Gen<{ readonly [K in keyof F]: Drawn<F[K]> }> => ({ shape: { is: "record", fields } });

export const list = <T>(item: Gen<T>, min: number, max: number): Gen<readonly T[]> => ({
  shape: { is: "list", item, min, max },
});

/** A place in the description, and in which item of which list. */
interface Place {
  readonly who: number;
  readonly why: string;
}

const ITEMS = 64;

export const draw = <T>(chooser: Chooser, gen: Gen<T>): T =>
  drawAt(chooser, gen.shape, { who: 0, why: "plan" }) as T;

function drawAt(c: Chooser, shape: Shape, { who, why }: Place): unknown {
  switch (shape.is) {
    case "constant":
      return shape.value;
    case "integer":
      return shape.min + c.pick(who, why, shape.max - shape.min + 1);
    case "choice":
      return drawChoice(c, shape.of, { who, why });
    case "record": {
      const drawn: Record<string, unknown> = {};
      for (const [key, { shape: field }] of Object.entries(shape.fields)) {
        drawn[key] = drawAt(c, field, { who, why: `${why}.${key}` });
      }
      return drawn;
    }
    case "list": {
      const length = shape.min + c.pick(who, `${why}#`, shape.max - shape.min + 1);
      return Array.from({ length }, (_, i) =>
        drawAt(c, shape.item.shape, { who: who * ITEMS + i + 1, why }),
      );
    }
  }
}

function drawChoice(c: Chooser, of: readonly Weighted[], { who, why }: Place): unknown {
  let left = c.pick(
    who,
    `${why}?`,
    of.reduce((sum, { weight }) => sum + weight, 0),
  );
  for (const [n, { weight, gen }] of of.entries()) {
    if (left < weight) return drawAt(c, gen.shape, { who, why: `${why}${n}` });
    left -= weight;
  }
  throw new Error("a choice needs a weight above 0");
}
