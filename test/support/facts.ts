// What can be counted in a recording of the real system and in a run of the model alike: each
// function takes one of them and gives the cases that it found, so that a test can add them up and
// look at the odd one.

import type { TraceEntry } from "../../sim/engine/trace/trace.ts";
import type { Fields } from "../../src/monitors/entries.ts";

export interface Case extends TraceEntry {
  readonly f: Fields & Readonly<Record<string, unknown>>;
}

/** A recording of the real system, or a run of the model that is told in the same kinds. */
export interface Told {
  readonly entries: readonly TraceEntry[];
  readonly slots: number;
}

/** The entries of some kinds, in order. */
export function only(r: Told, ...kinds: readonly string[]): Case[] {
  return r.entries
    .filter(({ kind }) => kinds.includes(kind))
    .map((entry) => ({ ...entry, f: entry.data as Case["f"] }));
}

export function tally<T extends string | number>(list: readonly T[]): Record<T, number> {
  const counts = {} as Record<T, number>;
  for (const one of list) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
}

/** How each leader after the first was lost and how many terms the next election then took. */
export function elections(r: Told): { lost: "forced" | "resigned"; terms: number }[] {
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
export function reconnectFences(r: Told): number[] {
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
export function forcedLeaderStops(r: Told): number[] {
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
export function farewells(r: Told): FarewellRule[] {
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
export function responsesInRecovery(r: Told): string[] {
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
export function afterForce(r: Told, kind: string, event?: string): number {
  const [forced] = only(r, "umount_begin_forced");
  const since = forced?.at ?? Number.NaN;
  const next = only(r, kind).find(
    ({ at, f, mount }) =>
      at > since && mount !== forced?.mount && (event === undefined || f.event === event),
  );
  return ((next?.at ?? Number.NaN) - since) / 1e6;
}

/** For each ELECT write: whether what its worker did just before was a HEARTBEAT in its term. */
export function heartbeatsBeforeElect(r: Told): boolean[] {
  const last = new Map<number, Case>();
  const found: boolean[] = [];
  for (const c of only(r, "quorum_send_message", "quorum_block_event")) {
    const sent = last.get(c.mount)?.f;
    if (c.f.event === "ELECT") found.push(sent?.type === "HEARTBEAT" && sent.term === c.f.term);
    last.set(c.mount, c);
  }
  return found;
}

/** How many messages arrived, and how many of them a second time on the same socket. A recording
 *  names a socket by the client's port; in the model the client's end keeps its connection. */
export function arrivals(r: Told): { all: number; again: number } {
  const seen = new Map<string, Set<number>>();
  const found = { all: 0, again: 0 };
  for (const { kind, mount, f } of only(r, "net_recv_message", "conn_connect_complete")) {
    const socket = `${mount} ${f.side ?? "client"} ${f.conn ?? f.cport}`;
    if (kind === "conn_connect_complete") seen.delete(socket);
    if (kind !== "net_recv_message" || f.cmd === "GREETING" || f.seq === undefined) continue;
    const before = seen.get(socket) ?? new Set();
    seen.set(socket, before);
    found.all++;
    if (before.has(f.seq)) found.again++;
    before.add(f.seq);
  }
  return found;
}

/** For each FENCE write: whether its server had accepted a greeting by then. */
export function greetingsBeforeFence(r: Told): boolean[] {
  const greeted = new Set<number>();
  const found: boolean[] = [];
  for (const { kind, mount, f } of only(
    r,
    "server_start",
    "server_greeting",
    "quorum_block_event",
  )) {
    if (kind === "server_start") greeted.delete(mount);
    if (kind === "server_greeting") greeted.add(mount);
    if (f.event === "FENCE") found.push(greeted.has(mount));
  }
  return found;
}

/** Milliseconds between the first vote requests of two terms of which the first elected nobody. */
export function termGaps(r: Told): number[] {
  const first = new Map<number, number>();
  const elected = new Set<number>();
  const found: number[] = [];
  for (const { kind, at, f } of only(r, "quorum_send_message", "quorum_block_event")) {
    const { term = 0 } = f;
    if (kind === "quorum_block_event") {
      if (f.event === "ELECT") elected.add(term);
      continue;
    }
    if (f.type !== "REQUEST_VOTE" || first.has(term)) continue;
    const before = first.get(term - 1);
    if (before !== undefined && !elected.has(term - 1)) found.push((at - before) / 1000);
    first.set(term, at);
  }
  return found;
}

export interface GreetingSent {
  readonly resp: 0 | 1;
  readonly seq: number;
  /** Of a request: which of its mount's, and the seq of what that had sent before. */
  readonly nth: number;
  readonly before: number;
}

export function greetings(r: Told): GreetingSent[] {
  const sent = new Map<number, { nth: number; before: number }>();
  const found: GreetingSent[] = [];
  for (const { mount, f } of only(r, "net_send_message")) {
    const { seq = 0, resp = 0, side, cmd } = f;
    if (side === "server") {
      if (cmd === "GREETING") found.push({ resp, seq, nth: 0, before: 0 });
      continue;
    }
    const { nth, before } = sent.get(mount) ?? { nth: 0, before: 0 };
    const isGreeting = cmd === "GREETING" ? 1 : 0;
    if (isGreeting) found.push({ resp, seq, nth: nth + 1, before });
    sent.set(mount, { nth: nth + isGreeting, before: Math.max(before, seq) });
  }
  return found;
}

/** For each recovery that ended: what of the leader's own mount was recovered in it. */
export function recoveriesOfLeaders(r: Told): string[] {
  const rids = new Map<number, number>();
  const done = new Map<number, number>();
  const found: string[] = [];
  const kinds = ["incarnation", "recov_prepare", "recov_finish", "finished_recovery"];
  for (const { kind, mount, f } of only(r, ...kinds)) {
    if (kind === "incarnation") rids.set(mount, f.rid ?? 0);
    if (kind === "recov_prepare" && f.rid === rids.get(mount)) done.set(mount, 0);
    const before = done.get(mount);
    if (before === undefined) continue;
    if (kind === "recov_finish" && f.rid === rids.get(mount)) {
      done.set(mount, before | (f.which ?? 0));
    }
    if (kind !== "finished_recovery") continue;
    found.push(["nothing", "greeting", "locks", "greeting and locks"][before] ?? "");
    done.delete(mount);
  }
  return found;
}
