// Delays: any place of the plain model may be one, and each is a step that a world can take.

import { expect, test } from "vitest";
import { delayStep, delays } from "../../../../sim/cluster/generate/delay.ts";
import { draw } from "../../../../sim/cluster/generate/gen.ts";
import { plainModel } from "../../../../sim/cluster/world/variants.ts";
import { seeded } from "../../../../sim/engine/chooser.ts";

const PLANS = 1000;

test("delays are at all places of the model, each as often as another", () => {
  const times = new Map<string, number>();
  for (let seed = 0; seed < PLANS; seed++) {
    for (const delay of draw(seeded(`${seed}`), delays)) {
      const { program, label } = delayStep(0, delay) as Readonly<Record<string, unknown>>;
      const place = `${program} @ ${label}`;
      times.set(place, 1 + (times.get(place) ?? 0));
    }
  }
  const places = plainModel.programs.flatMap(({ name, steps }) =>
    Object.keys(steps).map((label) => `${name} @ ${label}`),
  );
  expect(places.filter((place) => times.has(place)).length / places.length).toBeGreaterThan(0.99);
  expect([...times.keys()].filter((place) => !places.includes(place))).toEqual([]);
  expect(Math.max(...times.values())).toBeLessThan(40);
});

test("a delay is a step of its time", () => {
  const delay = { when: { is: "at", us: 5 }, after: 0, place: 0, skip: 1, forUs: 1000 } as const;
  const [first] = plainModel.programs;
  const place = { program: first?.name, label: Object.keys(first?.steps ?? {})[0] };
  expect(delayStep(7, delay)).toEqual({ atUs: 7, do: "delay", skip: 1, forUs: 1000, ...place });
});
