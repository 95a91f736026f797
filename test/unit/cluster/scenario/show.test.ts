// What a scenario's `show` prints of those who wait.

import { expect, test } from "vitest";
import { showNames, showWhat } from "../../../../sim/cluster/scenario/show.ts";
import type { AnyWorld } from "../../../../sim/cluster/world/any-world.ts";
import { type Op, scriptWorld } from "../../../support/script.ts";

const lock = (mutex: string): Op => ({ op: "lock", mutex });
const rest: Op = { op: "sleep", us: 500 };
const show = (w: unknown, what: string): string =>
  showWhat(w as AnyWorld, { what, mount: undefined, path: "" });

test("waits and tasks tell of a deadlock, each in its way", () => {
  const w = scriptWorld(
    [
      [lock("a"), rest, lock("b")],
      [lock("b"), rest, lock("a")],
    ],
    [0, 1],
  );
  expect(showNames).toContain("waits");
  expect(show(w, "waits")).toBe("none");
  w.runFor(5000);
  expect(show(w, "waits").split("\n")).toEqual([
    "m0: job @ run wants b, which job has",
    "  m0: job @ run wants a, which job has",
    "  m0: and so back to job: they wait for one another",
  ]);
  expect(show(w, "tasks").split("\n")).toEqual([
    "m0: job @ run wants b, which job has",
    "m0: job @ run wants a, which job has",
  ]);
});
