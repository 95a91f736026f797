// `npm start`: a short run that shows what the machine is for. A leader is unmounted by force, once
// in the plain model and once with a bug of scoutfs's history put back; the trace and a monitor
// tell the difference.

import { entryMonitors } from "../../src/monitors/all.ts";
import { start } from "../engine/build.ts";
import type { Monitor } from "../engine/trace/monitor.ts";
import { MemorySink } from "../engine/trace/trace.ts";
import { formatText } from "../report/text.ts";
import { sentenceOf } from "./trial/trial.ts";
import { type AnyWorld, namesOf } from "./world/any-world.ts";
import { clusterWorld } from "./world/cluster.ts";
import type { Cluster, ClusterWorld } from "./world/types.ts";
import { variantOf } from "./world/variant-names.ts";

const BUG = "quorum-udp-not-isolated-by-forced-unmount";
const KINDS = ["unmounting", "server.status", "quorum_send_message", "fence.start", "fence.fenced"];
const MOUNTS = [0, 1, 2] as const;
const LIMIT = 20_000;
const WIDTH = 46;
const SECOND = 1_000_000;
const BEFORE_US = 3 * SECOND;
const AFTER_US = 6 * SECOND;

function leaderOf(w: ClusterWorld): number {
  for (let id = 0; id < w.mountCount; id++) {
    if (w.peekMount(id).state.server.status === "UP") return id;
  }
  throw new Error(`a cluster of the demonstration has no leader after ${w.now} us`);
}

/** Three mounts come up, then their leader is unmounted by force. Heartbeats are left out. */
function run(write: (line: string) => void, variants: readonly string[]): void {
  const w = clusterWorld({
    ...{
      seed: "1",
      mounts: MOUNTS.length,
      slots: 3,
      hosts: 1,
      heartbeatTimeoutMs: 3000,
      agent: {},
    },
    variants: variants.map(variantOf),
    blueprint: { monitors: entryMonitors as readonly Monitor<Cluster>[] },
  });
  for (const id of MOUNTS) start(w, id, "mount");
  w.runFor(BEFORE_US);
  const sink = new MemorySink(LIMIT);
  w.trace.sink = sink;
  start(w, leaderOf(w), "umount", { force: true });
  w.runFor(AFTER_US);
  const isTold = (e: { kind: string; data: object }) =>
    KINDS.includes(e.kind) && (e.data as { type?: string }).type !== "HEARTBEAT";
  const mounts = namesOf(w as unknown as AnyWorld).slice(0, MOUNTS.length);
  const shown = sink.entries().filter(isTold);
  for (const line of formatText(shown, { mounts, width: WIDTH })) write(line);
  for (const v of w.violations.slice(0, 1)) write(`VIOLATION ${sentenceOf(v)}`);
  write(`${w.seq} events, hash ${w.hash}. The same run again has the same hash.`);
}

/** Prints both runs; the exit status. */
export function demo(write: (line: string) => void): number {
  write("scoutsim: the leader of three mounts is unmounted by force.");
  write("");
  write("It says nothing more; the others miss its heartbeats for 3 s, and have it fenced:");
  run(write, []);
  write("");
  write(`With the bug that scoutfs fixed in 15de0c21c1 (${BUG}):`);
  run(write, [BUG]);
  return 0;
}
