// What can be counted in the recordings: each function takes one recording and gives the cases that
// it found, so that a test can add them up and look at the odd one.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { TraceEntry } from "../../sim/engine/trace/trace.ts";
import { readRecording } from "../../sim/real/read.ts";
import type { Recording } from "../../sim/real/types.ts";
import type { Fields } from "../../src/monitors/entries.ts";

const folder = fileURLToPath(new URL("recordings/", import.meta.url));

export const fileOf = (name: string): string => `${folder}${name}/events.jsonl.gz`;

export const names: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** What takes a minute to follow: SIM_TWINS=all does it. */
const long = [
  ...["e1-concurrent-umount5", "e3-umount-leader-plus-clients", "f-client-unmount-recovery"],
  ...["h1-force-all-remount", "k2-no-fence-agent"],
];
/** Where twins are stopped: the lines of the first events that no program could do next. A line
 *  that can go, or one too many, fails the test. */
export const stops: Readonly<Record<string, readonly number[]>> = {
  "d3-force-umount-leader5-hb3000": [11132],
  "f-client-unmount-recovery": [
    ...[1486, 5376, 8105, 16332, 18754, 21204, 24349, 24366, 25110, 29876, 37331, 41045],
  ],
  "h3-force-leader-and-client": [12787],
};
/** Where so many runs of the model fit that some were given up; none of them was needed. */
export const crowded: readonly string[] = [
  ...["e1-concurrent-umount5", "e3-umount-leader-plus-clients", "g1-tcp-reset-reconnect"],
];
export const followed: readonly string[] =
  process.env.SIM_TWINS === "all" ? names : names.filter((name) => !long.includes(name));

const kept = new Map<string, Recording>();

export function recording(name: string): Recording {
  const known = kept.get(name) ?? readRecording(fileOf(name));
  kept.set(name, known);
  return known;
}

export interface Case extends TraceEntry {
  readonly f: Fields & Readonly<Record<string, unknown>>;
}

/** The entries of some kinds, in order. */
export function only(r: Recording, ...kinds: readonly string[]): Case[] {
  return r.entries
    .filter(({ kind }) => kinds.includes(kind))
    .map((entry) => ({ ...entry, f: entry.data as Case["f"] }));
}

export const count = (r: Recording, kind: string): number => r.read.get(kind) ?? 0;

export function tally<T extends string | number>(list: readonly T[]): Record<T, number> {
  const counts = {} as Record<T, number>;
  for (const one of list) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** How each leader after the first was lost and how many terms the next election then took. */
export function elections(r: Recording): { lost: "forced" | "resigned"; terms: number }[] {
  const found: { lost: "forced" | "resigned"; terms: number }[] = [];
  let leader = -1;
  let term = 0;
  let lost: "forced" | "resigned" | undefined;
  for (const { kind, mount, f } of only(
    r,
    ...["quorum_block_event_ret", "quorum_send_message", "umount_begin_forced"],
  )) {
    if (kind === "umount_begin_forced" && mount === leader) lost = "forced";
    if (kind === "quorum_send_message" && f.type === "RESIGNATION") lost ??= "resigned";
    if (kind === "quorum_block_event_ret" && f.event === "ELECT" && f.ret === 0) {
      if (lost !== undefined) found.push({ lost, terms: (f.term ?? 0) - term });
      leader = mount;
      term = f.term ?? 0;
      lost = undefined;
    }
  }
  return found;
}

/** Seconds from the shutdown of a client's connection to the request to fence it. */
export function reconnectFences(r: Recording): number[] {
  const down = new Map<string, number>();
  const found: number[] = [];
  for (const { kind, mount, at, f } of only(r, "conn_shutdown_start", "fence_start")) {
    if (kind === "conn_shutdown_start") {
      if (f.accepted === true) down.set(`${mount}/${f.conn_rid}`, at);
    } else if (f.reason === "client_reconnect") {
      found.push((at - (down.get(`${mount}/${f.rid}`) ?? Number.NaN)) / 1e6);
    }
  }
  return found;
}

/** Milliseconds from a leader's forced unmount until its quorum worker stops the server. */
export function forcedLeaderStops(r: Recording): number[] {
  const running = new Set<number>();
  const forced = new Map<number, number>();
  const found: number[] = [];
  for (const { kind, mount, at } of only(
    r,
    ...["server_start", "server_work_exit", "umount_begin_forced", "server_stop_wait"],
  )) {
    if (kind === "server_start") running.add(mount);
    if (kind === "server_work_exit") running.delete(mount);
    if (kind === "umount_begin_forced" && running.has(mount)) forced.set(mount, at);
    const since = forced.get(mount);
    if (kind === "server_stop_wait" && since !== undefined) found.push((at - since) / 1000);
  }
  return found;
}

export type FarewellRule = "no member" | "members to spare" | "all have asked" | "exception";

/** By which of its rules the server let each mount go, replayed from what it could know. */
export function farewells(r: Recording): FarewellRule[] {
  const needed = r.slots > 2 ? Math.floor(r.slots / 2) + 1 : 1;
  const isMember = new Map<number, boolean>();
  const asked = new Set<number>();
  const fenced = new Set<number>();
  const found: FarewellRule[] = [];
  const kinds = ["insert_mounted_client", "server_farewell", "fence_start"];
  for (const { kind, f } of only(r, ...kinds, "reclaim_rid", "server_start")) {
    const rid = f.rid ?? 0;
    if (kind === "insert_mounted_client") isMember.set(rid, (Number(f.gr_flags) & 2) !== 0);
    if (kind === "server_start") asked.clear();
    if (kind === "server_farewell") asked.add(rid);
    if (kind === "fence_start") fenced.add(rid);
    if (kind !== "reclaim_rid") continue;
    if (!fenced.has(rid)) found.push(ruleFor(rid, isMember, asked, needed));
    isMember.delete(rid);
  }
  return found;
}

function ruleFor(
  rid: number,
  isMember: ReadonlyMap<number, boolean>,
  asked: ReadonlySet<number>,
  needed: number,
): FarewellRule {
  if (isMember.get(rid) === false) return "no member";
  const members = [...isMember.values()].filter(Boolean).length;
  if (members > needed) return "members to spare";
  const rest = [...isMember].every(([other, member]) => member && asked.has(other));
  return rest ? "all have asked" : "exception";
}

/** The responses that a server sends while its recovery is pending, by command. */
export function responsesInRecovery(r: Recording): string[] {
  const pending = new Set<number>();
  const found: string[] = [];
  const kinds = ["recov_begin", "finished_recovery", "recov_shutdown", "net_send_message"];
  for (const { kind, mount, f } of only(r, ...kinds)) {
    if (kind === "recov_begin") pending.add(mount);
    else if (kind !== "net_send_message") pending.delete(mount);
    else if (pending.has(mount) && f.side === "server" && f.resp === 1) {
      found.push(String(f.cmd));
    }
  }
  return found;
}

/** Seconds from the first forced unmount to the first entry of that kind after it. */
export function afterForce(r: Recording, kind: string, event?: string): number {
  const [forced] = only(r, "umount_begin_forced");
  const since = forced?.at ?? Number.NaN;
  const next = only(r, kind).find(
    ({ at, f, mount }) =>
      at > since && mount !== forced?.mount && (event === undefined || f.event === event),
  );
  return ((next?.at ?? Number.NaN) - since) / 1e6;
}

/** Seconds that each of the driver's mounts took. */
export function mountSeconds(r: Recording): number[] {
  const started = new Map<string, number>();
  const found: number[] = [];
  for (const { at, f } of only(r, "tracing_mark_write")) {
    const [, which, what] = /^mount (\d+) (start|done rc 0)$/.exec(String(f.mark)) ?? [];
    if (which === undefined) continue;
    const since = started.get(which);
    if (what === "start") started.set(which, at);
    else if (since !== undefined) found.push((at - since) / 1e6);
  }
  return found;
}

/** For each ELECT write: whether what its worker did just before was a HEARTBEAT in its term. */
export function heartbeatsBeforeElect(r: Recording): boolean[] {
  const last = new Map<number, Case>();
  const found: boolean[] = [];
  for (const c of only(r, "quorum_send_message", "quorum_block_event")) {
    const sent = last.get(c.mount)?.f;
    if (c.f.event === "ELECT") found.push(sent?.type === "HEARTBEAT" && sent.term === c.f.term);
    last.set(c.mount, c);
  }
  return found;
}
