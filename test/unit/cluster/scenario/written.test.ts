// A run that was gone through comes out as a scenario that goes the same way, with forks,
// commands of the scenario that it was, and the end of a plan.

import { expect, test } from "vitest";
import { planBuilder } from "../../../../sim/cluster/scenario/plan-world.ts";
import {
  type Recorded,
  recordScenario,
  recordTrial,
} from "../../../../sim/cluster/scenario/recorded.ts";
import { worlds } from "../../../../sim/cluster/scenario/worlds.ts";
import { writeScenario } from "../../../../sim/cluster/scenario/written.ts";
import { trialOf } from "../../../../sim/cluster/trial/trial.ts";
import { Stepper } from "../../../../sim/explore/stepper/stepper.ts";
import { everyStep } from "../../../../sim/explore/stepper/stop.ts";
import { parseScn } from "../../../../sim/report/scn.ts";
import type { Protocol } from "../../../../src/core/index.ts";

const TEXT = [
  "# Two worlds.",
  ...["", "world cluster mounts=1 slots=1 hb=3s", "do mount-all", "run for=200ms", "----"],
  ...["", "world cluster mounts=2 slots=1 hb=3s", "do mount-all", "run for=1s"],
  ...[
    "fault kill-mount mount=m1",
    "run for=10ms",
    "start mount mount=m0",
    "run for=20ms",
    "----",
    "",
  ],
].join("\n");
const recorded = (nth: number): Recorded => recordScenario(parseScn(TEXT, "two.scn"), worlds, nth);
const stepperOf = ({ start, inputs }: Recorded) => new Stepper<Protocol>({ start, inputs });

const written = (
  s: Stepper<Protocol>,
  { world }: Recorded,
  asked: readonly string[] = [],
): string =>
  writeScenario(s, {
    ...{ world, file: "written.scn", builders: worlds },
    asked: asked.map((command) => ({ at: 3, command })),
  });
const lastHash = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

test("repeats the commands at the events and at the times at which they were given", () => {
  const r = recorded(2);
  const s = stepperOf(r);
  s.forward(() => []);
  const text = written(s, r, ["show waits"]);
  expect(text).toContain("\nfault kill-mount mount=m1\n");
  expect(text).toMatch(/\nrun for=\d+us\nfault|\nrun for=\d+us\n----/);
  expect(text).toContain("\nshow waits\n");
  expect(lastHash(text)).toBe(s.world.hash);
});

test("goes through the world of a scenario that is named", () => {
  const [one, two] = [stepperOf(recorded(1)), stepperOf(recorded(2))];
  expect([one.world.mountCount, two.world.mountCount]).toEqual([2, 3]);
  expect(() => recorded(3)).toThrow("two.scn: the scenario builds 2 worlds: there is no world 3");
});

test("writes what was chosen, and says what no command can", () => {
  const r = recorded(1);
  const s = stepperOf(r);
  s.next(6);
  s.choose(s.pending()[1] as never, "the second");
  s.forward(everyStep);
  const text = written(s, r);
  expect(text).toMatch(/\nchoose order=\d+\n----\n\w+ .*, now \d+ us\n/);
  expect(text).toContain("# It stood before step 1 of the event after the last one here:");
});

test("goes through a plan to its end and beyond", () => {
  const r = recordTrial(trialOf("written:1", []), "world plan seed=written:1");
  const s = stepperOf(r);
  s.forward(() => []);
  expect(s.moment?.input?.text).toContain("the run of the plan ends here: ");
  s.next(5);
  expect(lastHash(written(s, r))).toBe(s.world.hash);
});

test("refuses the file of a plan where nobody reads files", () => {
  const c = { name: "world", text: "", file: "a.scn", line: 1 };
  const file = { key: "file", value: "b.json", column: 1 };
  expect(() => planBuilder()({ ...c, args: [file] })).toThrow(/no file is read here/);
});

test("says when it would come out otherwise", () => {
  const s = stepperOf(recorded(1));
  s.next(30);
  expect(() => written(s, recorded(2))).toThrow(/cannot be told in scenario commands/);
});
