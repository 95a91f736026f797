// The control of the twins: a recording that is spoilt in one place must be rejected there. What is
// spoilt is drawn over all events that a twin takes or shows, once evenly over the events and once
// evenly over their kinds, for most events are heartbeats.

import { beforeAll, describe, expect, it } from "vitest";
import { seeded } from "../../sim/engine/chooser.ts";
import {
  type Corruption,
  drawCorruptions,
  judgeAll,
  type Verdict,
} from "../../sim/real/twin/corrupt.ts";
import type { Twin } from "../../sim/real/twin/run.ts";
import { tally } from "../support/facts.ts";
import { soundTwins } from "./twins.ts";

const COUNT = 200;
/** Events of the same mount from the spoilt one to the rejection. */
const NEAR = 5;
const FOLLOWED = 100;

type Over = "events" | "kinds";

/** Of both draws at once: the sound twins, from which each spoilt one parts, are followed once. */
function judgeSpoilt(): (over: Over) => Verdict[] {
  const twins = soundTwins();
  const draw = (over: Over) =>
    drawCorruptions(twins, over, { count: COUNT, chooser: seeded("spoilt") });
  const drawn = { events: draw("events"), kinds: draw("kinds") };
  const byTwin = new Map<Twin, Corruption[]>();
  for (const one of [...drawn.events, ...drawn.kinds])
    byTwin.set(one.twin, [...(byTwin.get(one.twin) ?? []), one]);
  const verdicts = [...byTwin].flatMap(([twin, some]) => judgeAll(twin, some, FOLLOWED));
  return (over) => verdicts.filter(({ corruption }) => drawn[over].includes(corruption));
}

const howSoon = ({ after }: Verdict): string =>
  after === undefined ? "never" : after <= NEAR ? "near" : "later";

function report(over: string, verdicts: readonly Verdict[]): void {
  const by = tally(verdicts.map((v) => `${v.corruption.how} rejected ${howSoon(v)}`));
  console.log(`spoilt evenly over ${over}: ${JSON.stringify(by)}`);
  for (const v of verdicts.filter((one) => howSoon(one) !== "near")) {
    const { twin, index, text } = v.corruption;
    const line = twin.timeline.items[index]?.line;
    console.log(`  ${howSoon(v)}: ${twin.o.name} line ${line}: ${text.slice(0, 160)}`);
  }
}

describe("a recording that is spoilt in one place", () => {
  let verdictsOver: (over: Over) => Verdict[];
  beforeAll(() => {
    verdictsOver = judgeSpoilt();
  });

  it.each([
    ["events", 0.95],
    ["kinds", 0.95],
  ] as const)("is rejected there, drawn over %s", (over, share) => {
    const verdicts = verdictsOver(over);
    report(over, verdicts);
    expect(verdicts.length).toBe(COUNT);
    const near = verdicts.filter((v) => howSoon(v) === "near");
    expect(near.length / COUNT).toBeGreaterThanOrEqual(share);
  });
});
