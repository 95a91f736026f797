// The parts of every mount of every recording drive the same parts of the model, which must do what
// they did, task by task and field by field: locks, transactions and open maps.

import { describe, expect, it } from "vitest";
import { seeded } from "../../sim/engine/chooser.ts";
import { explainPart } from "../../sim/real/twin/parts/explain.ts";
import { followPart } from "../../sim/real/twin/parts/follow.ts";
import { type PartTimeline, partTimelines } from "../../sim/real/twin/parts/items.ts";
import { compared } from "../../sim/real/twin/parts/kinds.ts";
import { partTolerances, partUses } from "../../sim/real/twin/parts/tolerances.ts";
import type { Item } from "../../sim/real/twin/timeline.ts";
import { fileOf, followed as names, recording } from "./facts.ts";

describe("a twin of each part of a mount", () => {
  const matched = new Map<string, number>();
  let ms = 0;

  it.each(names)("%s: does what the part did", (name) => {
    const timelines = partTimelines(recording(name));
    const started = performance.now();
    const followed = timelines.map((timeline) => followPart(timeline));
    ms += performance.now() - started;
    const rejected = followed.filter(({ rejection }) => rejection !== undefined);
    expect(rejected.map((one) => explainPart(fileOf(name), one))).toEqual([]);
    for (const one of followed) {
      expect(one.counts.dropped).toBe(0);
      for (const [kind, n] of one.matched) matched.set(kind, (matched.get(kind) ?? 0) + n);
    }
  });

  it("meets every kind, and says how often", () => {
    const events = [...matched.values()].reduce((sum, n) => sum + n, 0);
    console.log(`${events} events of parts, ${Math.round((events / ms) * 1000)} a second`);
    console.log([...matched].map(([kind, n]) => `${n} ${kind}`).join(", "));
    expect(Object.keys(compared).filter((kind) => !matched.has(kind))).toEqual([]);
  });

  it("makes use of named tolerances only, and of each", () => {
    for (const [name, why] of Object.entries(partTolerances)) {
      const times = partUses.get(name as keyof typeof partTolerances) ?? 0;
      console.log(`tolerated ${times} times: ${name} (${why})`);
      expect(times).toBeGreaterThan(0);
    }
  });
});

/** What is received and what must have been sent before, with the side whose rid names it. */
const crossed: Readonly<Record<string, string>> = {
  cl_lock_grant_response: "sv_lock_response",
  cl_lock_invalidate_request: "sv_lock_request",
  ls_request: "cl_lock_request",
  ls_response: "cl_lock_response",
};

describe("a message about a lock that a part is given", () => {
  it.each(names)("%s: was sent by the other side before", (name) => {
    const timelines = partTimelines(recording(name));
    const all = timelines
      .flatMap(({ items, rid }) => items.map((item) => ({ item, rid })))
      .sort((a, b) => a.item.line - b.item.line);
    const sent = new Set<string>();
    const made: string[] = [];
    for (const { item, rid } of all) {
      const { key, wseq, old, new: newMode, rid: client = rid } = item.fields;
      const text = (kind: string) => [kind, client, key, wseq, old, newMode].join(" ");
      const from = crossed[item.kind];
      if (from !== undefined && !sent.has(text(from))) made.push(`${item.line} ${item.kind}`);
      sent.add(text(item.kind));
    }
    expect(made).toEqual([]);
    expect(sent.size).toBeGreaterThan(0);
  });
});

type How = "drop" | "swap" | "alter";
const hows: readonly How[] = ["drop", "swap", "alter"];
/** What is given to the model, or tells nothing but that it was: a spoilt one may be as good. */
const given = new RegExp(
  ["recov_", "finished_", "ls_", "lock_unlock", "lock_setup", "lock_shutdown", "lock_destroy"]
    .concat(["next_seq", "cl_lock_rec", "sv_lock_recover_response", "umount_", "omap_"])
    .concat(["net_recv", "forest_init", "trans_write"])
    .join("|^"),
);

/** The items with one of them left out, altered, or swapped with the next of its task. */
function spoil({ items }: PartTimeline, at: number, how: How): Item[] | undefined {
  const item = items[at];
  if (item === undefined || given.test(item.kind)) return undefined;
  const copy = [...items];
  if (how === "drop") {
    copy.splice(at, 1);
    return copy;
  }
  if (how === "swap") {
    const next = items.findIndex(({ task }, i) => i > at && task === item.task);
    const other = items[next];
    if (other === undefined || given.test(other.kind)) return undefined;
    copy[at] = { ...other, line: item.line, at: item.at };
    copy[next] = { ...item, line: other.line, at: other.at };
    return copy;
  }
  const { mode, new: newMode, rid } = item.fields;
  if (mode === undefined && newMode === undefined) return undefined;
  const other = (was: unknown) => (was === "read" ? "write" : "read");
  const wrong =
    mode === undefined
      ? { new: other(newMode), ...(rid === undefined ? {} : { rid: Number(rid) + 1 }) }
      : { mode: other(mode) };
  copy[at] = { ...item, fields: { ...item.fields, ...wrong } };
  return copy;
}

describe("a part that is spoilt in one place", () => {
  const CASES = 40;
  const LONGEST = 720;

  it("is rejected", () => {
    const chooser = seeded("spoilt parts");
    const pool = ["a1-mount3-traffic", "f-orphan-log-trees", "j1-two-slots-force-leader"]
      .flatMap((name) => partTimelines(recording(name)))
      .filter(({ items }) => items.length < LONGEST);
    const missed: string[] = [];
    let cases = 0;
    while (cases < CASES) {
      const timeline = pool[chooser.pick(0, "part", pool.length)] as PartTimeline;
      const at = chooser.pick(0, "item", timeline.items.length);
      const how = hows[chooser.pick(0, "how", hows.length)] as How;
      const items = spoil(timeline, at, how);
      if (items === undefined) continue;
      cases++;
      const { rejection } = followPart({ ...timeline, items });
      const { kind, line } = timeline.items[at] as Item;
      if (rejection === undefined) missed.push(`${how} ${kind} of line ${line}`);
    }
    console.log(`${CASES - missed.length} of ${CASES} rejected; not: ${missed.join(", ")}`);
    expect(missed.length).toBeLessThanOrEqual(CASES * 0.15);
  });
});
