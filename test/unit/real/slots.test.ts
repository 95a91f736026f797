// Slots are told by the messages of the quorum alone: of every recording as the driver named them.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { captureOf } from "../../../sim/real/capture.ts";
import { fileOf, names } from "../../real/facts.ts";

describe("the slots of a recording", () => {
  it.each(names)("%s: are guessed as they were", (name) => {
    const { guess, slots } = captureOf(readFileSync(fileOf(name)), name);
    expect(guess.slots).toBeLessThanOrEqual(slots);
    expect(guess.slotOf.size).toBeGreaterThan(0);
    for (const [mount, slot] of guess.slotOf) {
      if (mount.startsWith("m")) expect(`m${slot}`).toBe(/^m\d+/.exec(mount)?.[0]);
    }
  });
});
