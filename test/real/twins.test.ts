// Every mount of every recording drives a mount of the model, which must do what it did, in order
// and field by field. Where it cannot, the first event that no program could do next is named.

import { describe, expect, it } from "vitest";
import { explain } from "../../sim/real/twin/explain.ts";
import { twinKinds } from "../../sim/real/twin/kinds.ts";
import { tolerances, uses } from "../../sim/real/twin/tolerances.ts";
import { crowded, fileOf, followed as names, recording, stops } from "./facts.ts";
import { followRecording } from "./twins.ts";

/** Files: kinds that the reader keeps must each have a role. */
const keptKinds = () => new Set(names.flatMap((name) => [...recording(name).read.keys()]));

describe("a twin of each mount of a recording", () => {
  let events = 0;
  let ms = 0;

  it.each(names)("%s: does what the mount did", (name) => {
    recording(name);
    const started = performance.now();
    const followed = followRecording(name);
    ms += performance.now() - started;
    const rejected = followed.filter(({ accepted }) => accepted.rejection !== undefined);
    const where = rejected.map(({ accepted }) => explain(fileOf(name), accepted));
    const lines = where.map((text) => Number(/:(\d+): /.exec(text)?.[1]));
    expect(
      lines.toSorted((x, y) => x - y),
      where.join("\n"),
    ).toEqual(stops[name] ?? []);
    expect(followed.length).toBe(recording(name).mounts.length);
    for (const { twin, accepted } of followed) {
      if (accepted.rejection !== undefined) continue;
      const own = twin.timeline.items.filter(({ of }) => of === "own").length;
      expect(accepted.counts.accepted).toBe(own);
      if (!crowded.includes(name)) expect(accepted.counts.dropped).toBe(0);
      events += own;
    }
  });

  it("makes use of named tolerances only, and of each", () => {
    console.log(`${events} events accepted, ${Math.round((events / ms) * 1000)} a second`);
    for (const [name, why] of Object.entries(tolerances)) {
      const times = uses.get(name as keyof typeof tolerances) ?? 0;
      console.log(`tolerated ${times} times: ${name} (${why})`);
    }
    const unused = Object.keys(tolerances).filter((name) => !uses.has(name as never));
    if (process.env.SIM_TWINS === "all") expect(unused).toEqual([]);
    else console.log(`not needed in the sample: ${unused.join(", ")}`);
  });

  it("names what is not modelled yet", () => {
    const kept = keptKinds();
    const missing = [...kept].filter((kind) => twinKinds[kind] === undefined);
    expect(missing).toEqual([]);
    const count = (kind: string) =>
      names.reduce((sum, name) => sum + (recording(name).read.get(kind) ?? 0), 0);
    for (const [kind, { role, why }] of Object.entries(twinKinds)) {
      if (role === "unmodelled") console.log(`not modelled: ${count(kind)} ${kind} (${why})`);
      if (role === "driven") console.log(`driven if need be: ${count(kind)} ${kind} (${why})`);
    }
    const modelled = [...kept].filter((kind) => twinKinds[kind]?.role !== "unmodelled");
    expect(modelled.length).toBeGreaterThanOrEqual(68);
  });
});
