// The figures of recordings of the real system: read by the monitors, and followed by twins.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { judge } from "../sim/real/judge.ts";
import { followAny, twinsOf } from "../sim/real/twin/run.ts";
import { entryMonitors } from "../src/monitors/all.ts";
import { recording } from "../test/real/facts.ts";
import { inTurn, median, row, spread, thousands } from "./measure.ts";

const RUNS = 5;
const FOLDER = fileURLToPath(new URL("../test/real/recordings", import.meta.url));
/** Twins keep every world in which a mount may be: a short recording of each kind will do. */
const TWINS = ["a1-mount3-traffic", "b1-leader-umount3", "f-orphan-log-trees"];

export function recordingFigures(): void {
  const all = readdirSync(FOLDER, { withFileTypes: true }).filter((f) => f.isDirectory());
  const entries = all.map(({ name }) => recording(name).entries);
  const events = entries.reduce((sum, { length }) => sum + length, 0);
  const [seconds = []] = inTurn(
    RUNS,
    [() => entries.forEach((recorded) => void judge(recorded, entryMonitors))],
    2,
  );
  const rates = seconds.map((s) => events / s);
  console.log(`monitors on ${all.length} recordings, ${events} entries`);
  row("entries/CPU-second", `${thousands(median(rates))} ${spread(rates)}`);

  let accepted = 0;
  const follow = () => {
    accepted = 0;
    for (const name of TWINS) {
      for (const twins of twinsOf(recording(name))) accepted += followAny(twins).counts.accepted;
    }
  };
  const [followed = []] = inTurn(3, [follow]);
  const twinRates = followed.map((s) => accepted / s);
  console.log(`twins on ${TWINS.length} recordings, ${accepted} events of their mounts`);
  row("events/CPU-second", `${thousands(median(twinRates))} ${spread(twinRates)}`);
}
