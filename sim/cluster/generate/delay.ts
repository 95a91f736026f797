// Somebody loses time at one place of a program. Between two steps anything may happen that others
// do, but two that lie side by side are over within microseconds, and what must happen in between
// takes milliseconds or more. So a delay goes to any place there is, alike for all: it knows which
// places there are, and not what is done there.

import { programs } from "../../../src/programs.ts";
import type { PlanStep } from "../plan/types.ts";
import { integer, list, oneOf, record } from "./gen.ts";
import { after, MS, SECOND, when } from "./when.ts";

const places = programs.flatMap(({ name, steps }) =>
  Object.keys(steps).map((label) => ({ program: name, label })),
);

const delay = record({
  when,
  after,
  place: integer(0, places.length - 1),
  /** Some places are come by all the time, most of them seldom. */
  skip: oneOf(0, 0, 0, 0, 1, 5),
  forUs: oneOf(MS, 20 * MS, 300 * MS, 300 * MS, SECOND),
});

export const delays = list(delay, 1, 12);
type Delay = NonNullable<typeof delays.sample>[number];

export const delayStep = (atUs: number, { place, skip, forUs }: Delay): PlanStep => ({
  ...{ atUs, do: "delay", skip, forUs },
  ...(places[place % places.length] as (typeof places)[number]),
});
