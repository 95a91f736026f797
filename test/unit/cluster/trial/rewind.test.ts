// When a run was lost: decided from the start, or only by its end.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readArtifact } from "../../../../sim/cluster/trial/artifact.ts";
import { withVariantList } from "../../../../sim/cluster/trial/found.ts";
import {
  evenly,
  type Moment,
  type Rewound,
  rewind,
  steepest,
  strip,
} from "../../../../sim/cluster/trial/rewind.ts";
import { watchTrial } from "../../../../sim/cluster/trial/watched.ts";

const read = (id: string) =>
  readArtifact(readFileSync(`scenarios/${id}.json`, "utf8"), `scenarios/${id}.json`);
const moment = (seq: number, count: number): Moment => ({ seq, fails: { count, of: 20 } });

function rewound(id: string): Rewound {
  const artifact = read(id);
  const x = watchTrial(artifact);
  const found: Rewound = { moments: [], jump: undefined };
  if (x === undefined) throw new Error("expected a failure");
  for (const _ of rewind(artifact, x, found, { points: 5, samples: 6 }));
  return found;
}

describe("moments", () => {
  test("are spread over the run, each once", () => {
    expect(evenly(5, 100)).toEqual([0, 25, 50, 75, 100]);
    expect(evenly(5, 2)).toEqual([0, 1, 2]);
    expect(evenly(1, 9)).toEqual([9]);
  });

  test("are a strip of characters", () => {
    const counts = [0, 1, 2, 10, 19, 20];
    expect(strip(counts.map((count, i) => moment(i, count)))).toBe(".1159#");
  });

  test("rise most between two of them, or never", () => {
    const rising = [moment(0, 2), moment(5, 3), moment(9, 18), moment(12, 20)];
    expect(steepest(rising)).toEqual({ before: rising[1], after: rising[2] });
    expect(steepest([moment(0, 5), moment(5, 5)])).toBeUndefined();
  });
});

describe("a run", () => {
  test("that was lost by its plan fails from everywhere", () => {
    const { moments, jump } = rewound("quorum-udp-not-isolated-by-forced-unmount");
    expect(strip(moments)).toBe("#####");
    expect(jump).toBeUndefined();
  });

  test("that chance has lost names the event from which it is", () => {
    const { moments, jump } = rewound("fence-agent-disappearing-request-or-target");
    expect(strip(moments).at(-1)).toBe("#");
    expect((jump?.after.seq ?? 0) - (jump?.before.seq ?? 0)).toBe(1);
    expect(jump?.after.fails.count).toBeGreaterThan(jump?.before.fails.count ?? 6);
  });

  test("that breaks nothing is not watched", () => {
    const artifact = read("quorum-udp-not-isolated-by-forced-unmount");
    expect(watchTrial(withVariantList(artifact, []))).toBeUndefined();
  });
});
