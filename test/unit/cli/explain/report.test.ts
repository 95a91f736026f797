// What `explain --json` says of delays, steps and moments: every end by name, and null for none.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reportOf } from "../../../../sim/cli/explain/report.ts";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { sliceLines } from "../../../../sim/cluster/trial/explanation.ts";
import { watchTrial } from "../../../../sim/cluster/trial/watched.ts";

const file = "scenarios/quorum-udp-not-isolated-by-forced-unmount.json";
const artifact = readArtifact(readFileSync(file, "utf8"), file);
const watched = watchTrial(artifact);
if (watched === undefined) throw new Error("expected a failure");
const x = watched;
const [drawn] = x.delays;
const [step] = artifact.plan.steps;
if (drawn === undefined || step === undefined) throw new Error("expected a delay and a step");

const delay = { ...drawn, us: 9, min: 5, max: 20, dueAt: 1_500_000, says: "the LOCK response" };
const moment = (seq: number, count: number) => ({ seq, fails: { count, of: 4 } });
const explained = {
  ...{ x, story: ["promised: ISO1"], stopped: true },
  intervals: {
    steps: [{ step, span: { low: 0, high: 70, isOpenBelow: true, isOpenAbove: false } }],
    delays: [
      { delay, span: { low: 7, high: 40, isOpenBelow: false, isOpenAbove: true }, isLuck: true },
    ],
    ...{ free: 3, left: 2, runs: 9 },
  },
  rewound: {
    moments: [moment(1, 0), moment(2, 4)],
    jump: { before: moment(1, 0), after: moment(2, 4) },
  },
};

describe("an explanation for a script", () => {
  it("names both ends of a range, and null where there is none", () => {
    expect(reportOf(artifact, explained, 1)).toMatchObject({
      ...{ events: 509, story: ["promised: ISO1"], stopped: true },
      intervals: {
        ...{ runs: 9, free: 3, left: 2, steps: [{ step, leastUs: null, mostUs: 70 }] },
        delays: [
          {
            ...{ says: "the LOCK response", dueAtUs: 1_500_000, tookUs: 9, isLuck: true },
            ...{ leastUs: 7, mostUs: null, weather: { leastUs: 5, mostUs: 20 } },
          },
        ],
      },
      rewound: explained.rewound,
    });
  });

  it("says null of what was not asked", () => {
    const short = { ...explained, intervals: undefined, rewound: undefined };
    expect(reportOf(artifact, short, 1)).toMatchObject({ intervals: null, rewound: null });
  });

  it("has the records that the lines for people show", () => {
    const { dependsOn } = reportOf(artifact, explained, 7) as {
      dependsOn: { earlierRecords: number; records: { seq: number; kind: string }[] };
    };
    const [, more, ...lines] = sliceLines(x, 7);
    expect(more).toContain(`(${dependsOn.earlierRecords} earlier records;`);
    const said = dependsOn.records.map(({ seq, kind }) => `event ${seq}: ${kind}`);
    expect(lines.every((line, i) => line.includes(said[i] ?? "nothing"))).toBe(true);
    expect(said).toHaveLength(lines.length);
  });
});
