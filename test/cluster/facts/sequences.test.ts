// The sequences of events that scoutfs shows when a leader or a client comes, goes or dies. Each is
// looked for in runs of the model and in recordings of the real system: of each kind of event the
// first that fits counts, and those must come in that order.

import { describe, expect, it } from "vitest";
import { cut } from "../../../sim/engine/network/links.ts";
import { resetOpenedBy } from "../../../sim/engine/network/stream-faults.ts";
import * as recordings from "../../real/facts.ts";
import type { Told } from "../../support/facts.ts";
import * as at from "./run.ts";
import { SECOND } from "./run.ts";
import { between, inOrder, isA, type Place, place, type What } from "./sequence.ts";

const SEEDS = [0, 1, 2] as const;
const FIVE = { mounts: 5 };
const block = (event: string, mount?: number): What => isA("quorum_block_event", { event }, mount);
const elect = (mount?: number): What => block("ELECT", mount);
const sends = (type: string, mount?: number): What => isA("quorum_send_message", { type }, mount);
const ofRid = (kind: string, rid: unknown, mount?: number): What => isA(kind, { rid }, mount);
const message = (cmd: string, resp: 0 | 1, side: string, rid?: unknown): What =>
  isA("net_send_message", { cmd, resp, side, ...(rid === undefined ? {} : { rid }) });
const ridOf = (told: Told, mount: number): unknown =>
  place(told, isA("incarnation", {}, mount)).f.rid;
const mountOf = (told: Told, rid: unknown): number => place(told, ofRid("incarnation", rid)).mount;

/** For some seeds of the model, and in the recordings that are named. */
function everywhere(
  run: (seed: number) => at.Run,
  names: readonly string[],
  check: (told: Told) => void,
): void {
  it.each(SEEDS)("in the model, seed %i", (seed) => check(run(seed)));
  it.each(names)("in %s", (name) => check(recordings.recording(name)));
}

/** The next leader: who writes ELECT after that, the last time before its server starts. */
function nextLeader(told: Told, after: Place): Place {
  return place(told, elect(), after);
}

/** All clients of a recovery: greeting and locks, from the first key to an empty batch, and only
 *  then its end and grants. */
function recovers(told: Told, leader: number, after: Place): Place {
  const begin = place(told, isA("recov_begin", {}, leader), after);
  const end = place(told, isA("finished_recovery", {}, leader), begin);
  const start = place(told, isA("start_recovery", {}, leader), after);
  const rids = between(told, isA("recov_prepare", {}, leader), start, begin).map(({ f }) => f.rid);
  expect(rids.length).toBeGreaterThan(0);
  for (const rid of rids) {
    const locks = isA("recov_finish", { rid, which: 2 }, leader);
    if (between(told, locks, begin, end).length === 0) continue;
    const steps = inOrder(
      told,
      begin,
      ofRid("server_greeting", rid, leader),
      isA("recov_finish", { rid, which: 1 }, leader),
      ofRid("sv_lock_recover_request", rid, leader),
      isA("sv_lock_recover_response", { rid, nr: 0 }, leader),
      locks,
    );
    expect(steps[4].index).toBeLessThan(end.index);
    expect([0, "0.0.0.0.0.0"]).toContain(steps[2].f.key);
  }
  const done = between(told, isA("recov_finish", {}, leader), begin, end);
  for (const rid of rids) {
    const bits = done
      .filter(({ f }) => f.rid === rid)
      .reduce((all, { f }) => all | (f.which ?? 0), 0);
    expect(bits, `what of ${rid} is recovered`).toBe(3);
  }
  expect(between(told, isA("sv_lock_response", {}, leader), begin, end)).toEqual([]);
  return end;
}

describe("a first mount", () => {
  everywhere(at.mountedRun, ["a1-mount3-traffic", "c1-force-umount-client"], (told) => {
    const elected = place(told, elect());
    const { mount } = elected;
    const { term } = elected.f;
    const begin = place(told, block("BEGIN", mount));
    const request = place(told, isA("quorum_send_message", { type: "REQUEST_VOTE", term }, mount));
    expect(begin.index).toBeLessThan(request.index);
    inOrder(
      told,
      request,
      isA("quorum_block_event", { event: "TERM", term }, mount),
      isA("quorum_recv_message", { type: "VOTE", term }, mount),
      sends("HEARTBEAT", mount),
      elect(mount),
      isA("server_start", {}, mount),
      isA("fence_leaders", {}, mount),
      isA("net_bind", {}, mount),
      isA("ls_setup", {}, mount),
      isA("start_recovery", {}, mount),
      isA("net_listen", {}, mount),
      block("FENCE", mount),
    );
    const greeting = place(told, isA("server_greeting", { gr_term: 0 }, mount), elected);
    const { rid } = greeting.f;
    const [, committed, answer] = inOrder(
      told,
      greeting,
      ofRid("insert_mounted_client", rid, mount),
      isA("server_commit_end", {}, mount),
      message("GREETING", 1, "server", rid),
    );
    expect(committed.index).toBeLessThan(answer.index);
    const client = mountOf(told, rid);
    inOrder(
      told,
      greeting,
      isA("client_greeting", { prev_term: 0 }, client),
      message("LOCK", 0, "client", rid),
    );
  });
});

function leaderLeaves(seed: number): at.Run {
  const run = at.mountedRun(seed);
  at.traffic(run, { forUs: SECOND / 10, everyUs: 5000 });
  at.umounts(run, [at.leaderOf(run)]);
  at.waitLeader(run);
  run.w.runFor(SECOND);
  return run;
}

describe("a clean unmount of the leader", () => {
  everywhere(leaderLeaves, ["b1-leader-umount3"], (told) => {
    const { mount } = place(told, elect());
    const rid = ridOf(told, mount);
    const begin = place(told, isA("client_destroy", {}, mount));
    const steps = inOrder(
      told,
      begin,
      message("FAREWELL", 0, "client", rid),
      ofRid("server_farewell", rid, mount),
      ofRid("reclaim_rid", rid, mount),
      ofRid("reclaim_rid_ret", rid, mount),
      message("FAREWELL", 1, "server", rid),
      isA("client_farewell_resp", {}, mount),
      isA("server_stop_wait", {}, mount),
      isA("server_work_exit", {}, mount),
      sends("RESIGNATION", mount),
      block("STOP", mount),
      block("END", mount),
    );
    const resigned = steps[8];
    const request = place(told, sends("REQUEST_VOTE"), resigned);
    const after = (request.at - resigned.at) / 1000;
    expect(after).toBeGreaterThan(250);
    expect(after).toBeLessThan(350 + 36);
    const next = nextLeader(told, request);
    inOrder(
      told,
      next,
      isA("start_recovery", {}, next.mount),
      isA("recov_prepare", {}, next.mount),
      isA("recov_begin", {}, next.mount),
      isA("net_listen", {}, next.mount),
    );
    const end = recovers(told, next.mount, next);
    expect(between(told, isA("fence_start"), begin, end)).toEqual([]);
  });
});

function leaderDies(seed: number): at.Run {
  const run = at.mountedRun(seed);
  at.traffic(run, { forUs: SECOND / 10, everyUs: 5000 });
  at.forceUmounts(run, [at.leaderOf(run)]);
  at.waitLeader(run);
  run.w.runFor(3 * SECOND);
  return run;
}

describe("the death of a leader", () => {
  const names = ["d1-force-umount-leader3", "d3-force-umount-leader5-hb3000"];
  everywhere(leaderDies, [...names, "j1-two-slots-force-leader"], (told) => {
    const forced = place(told, isA("umount_begin_forced"));
    const { mount } = forced;
    const rid = ridOf(told, mount);
    const next = nextLeader(told, forced);
    inOrder(
      told,
      forced,
      isA("server_stop_wait", {}, mount),
      isA("quorum_block_event_ret", { event: "STOP" }, mount),
      isA("quorum_block_event_ret", { event: "END" }, mount),
      sends("REQUEST_VOTE"),
      elect(),
    );
    const rets = between(told, isA("quorum_block_event_ret", {}, mount), forced, next);
    expect(rets.map(({ f }) => f.ret)).not.toContain(0);
    expect(
      between(told, isA("quorum_recv_message", { type: "RESIGNATION" }), forced, next),
    ).toEqual([]);
    const dials = between(told, isA("net_connect", {}, next.mount), forced, next);
    const gaps = dials.slice(2).map((c, i) => (c.at - (dials[i + 1]?.at ?? 0)) / 1000);
    expect(gaps.length).toBeGreaterThan(20);
    expect(Math.min(...gaps)).toBeGreaterThan(99);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(125);
    inOrder(
      told,
      next,
      isA("fence_start", { reason: "quorum_block_leader", rid }, next.mount),
      isA("fence_wait", {}, next.mount),
      isA("fenced_store"),
      isA("net_bind", {}, next.mount),
      isA("net_listen", {}, next.mount),
      ofRid("reclaim_rid", rid, next.mount),
      isA("recov_finish", { rid, which: 3 }, next.mount),
    );
    recovers(told, next.mount, next);
  });
});

function clientDies(seed: number): at.Run {
  const run = at.mountedRun(seed, FIVE);
  at.traffic(run, { forUs: SECOND / 10, everyUs: 5000 });
  at.ask(run, 4, "write_file", { ino: 3, value: 1 });
  run.w.runFor(SECOND / 10);
  at.forceUmounts(run, [4]);
  at.ask(run, 3, "write_file", { ino: 3, value: 2 });
  run.w.runFor(25 * SECOND);
  return run;
}

describe("the death of a client", () => {
  everywhere(clientDies, ["c1-force-umount-client"], (told) => {
    const { mount } = place(told, elect());
    const forced = place(told, isA("umount_begin_forced"));
    const rid = ridOf(told, forced.mount);
    const steps = inOrder(
      told,
      forced,
      isA("conn_shutdown_start", { conn_rid: rid, accepted: true }, mount),
      isA("conn_shutdown_complete", { conn_rid: rid, accepted: true }, mount),
      isA("fence_start", { reason: "client_reconnect", rid }, mount),
      isA("fenced_store"),
      ofRid("reclaim_rid", rid, mount),
      ofRid("ls_farewell", rid, mount),
      ofRid("reclaim_rid_ret", rid, mount),
    );
    expect(String(steps[1].f.flags)).toContain("reconn_wait");
    const waited = (steps[2].at - steps[1].at) / SECOND;
    expect(waited).toBeGreaterThanOrEqual(19.99);
    expect(waited).toBeLessThan(22.1);
    const granted = place(told, isA("sv_lock_response", {}, mount), steps[5]);
    const freed = steps[6];
    expect(granted.at - freed.at).toBeLessThan(SECOND);
  });
});

function clientMissing(seed: number): at.Run {
  const run = at.mountedRun(seed, FIVE);
  at.forceUmounts(run, [at.leaderOf(run), 4]);
  run.w.runFor(60 * SECOND);
  return run;
}

describe("a client that is missing at failover", () => {
  everywhere(clientMissing, ["h1-force-all-remount", "h3-force-leader-and-client"], (told) => {
    const timeout = place(told, isA("recovery_timeout"));
    const { mount } = timeout;
    const begin = place(told, isA("recov_begin", {}, mount));
    const waited = (timeout.at - begin.at) / SECOND;
    expect(waited).toBeGreaterThanOrEqual(30);
    expect(waited).toBeLessThan(32.1);
    const end = place(told, isA("finished_recovery", {}, mount), timeout);
    const fences = between(told, isA("fence_start", { reason: "client_recovery" }, mount), timeout);
    expect(fences.length).toBeGreaterThan(0);
    for (const { f } of fences) {
      inOrder(
        told,
        timeout,
        ofRid("fence_start", f.rid, mount),
        ofRid("reclaim_rid", f.rid, mount),
        isA("recov_finish", { rid: f.rid, which: 3 }, mount),
      );
    }
    expect(end.index).toBeGreaterThan(fences.at(-1)?.index ?? 0);
    recovers(told, mount, place(told, elect(mount)));
  });
});

function socketBreaks(seed: number): at.Run {
  const run = at.mountedRun(seed);
  at.traffic(run, { forUs: SECOND / 10, everyUs: 2000 });
  resetOpenedBy(run.w, at.latest(run, (at.leaderOf(run) + 1) % 3));
  at.traffic(run, { forUs: SECOND / 2, everyUs: 2000 });
  return run;
}

describe("a reconnect to the same server", () => {
  everywhere(socketBreaks, ["g1-tcp-reset-reconnect"], (told) => {
    const moved = place(told, isA("conn_reconn_migrate"));
    const { mount } = moved;
    const greeted = between(
      told,
      isA("net_server_greeting", {}, mount),
      place(told, elect()),
      moved,
    );
    const { rid, reconnecting, first_contact } = greeted.at(-1)?.f ?? {};
    expect([reconnecting, first_contact]).toEqual([1, 0]);
    const client = mountOf(told, rid);
    const first = place(told, isA("client_greeting", {}, client));
    const steps = inOrder(
      told,
      first,
      isA("conn_shutdown_start", { accepted: false }, client),
      message("GREETING", 0, "client", rid),
      ofRid("server_greeting", rid, mount),
      ofRid("net_server_greeting", rid, mount),
      isA("conn_reconn_migrate", {}, mount),
      isA("client_greeting", {}, client),
    );
    const { term } = place(told, elect()).f;
    expect(steps[2].f.gr_term).toBe(term);
    expect(
      place(told, isA("conn_shutdown_start", { accepted: true, conn_rid: rid }, mount)).index,
    ).toBeLessThan(moved.index);
    // the seq of what follows goes on, on both ends
    for (const side of ["client", "server"]) {
      const sent = isA("net_send_message", { side, rid });
      const before = between(told, sent, first, steps[0]).map(({ f }) => f.seq ?? 0);
      // Of a greeting that is answered twice the client breaks before it sends anything.
      if (before.length === 0) continue;
      const after = between(told, sent, steps[5]).filter(({ f }) => f.cmd !== "GREETING");
      expect(after[0]?.f.seq).toBeGreaterThan(1);
      expect(after[0]?.f.seq).toBeLessThanOrEqual(Math.max(...before) + 2);
    }
  });
});

function leaderUnheard(seed: number): at.Run {
  const run = at.mountedRun(seed, { mounts: 5, hosts: 5, heartbeatTimeoutMs: 3000 });
  const leader = at.leaderOf(run);
  for (const nr of at.all(run)) if (nr !== leader) cut(run.w, leader, nr, { streams: false });
  const isOther = (nr: number) => nr !== leader && at.stateOf(run, nr).server.status === "UP";
  at.until(run, "another leader", () => at.all(run).some(isOther));
  run.w.runFor(SECOND);
  return run;
}

describe("a live leader that is superseded", () => {
  everywhere(leaderUnheard, ["g4-leader-heartbeats-dropped"], (told) => {
    const first = place(told, elect());
    const { mount } = first;
    const heard = place(told, isA("quorum_recv_message", { type: "REQUEST_VOTE" }, mount), first);
    const next = nextLeader(told, heard);
    const stop = place(told, block("STOP", mount), heard);
    expect(stop.f.term).toBe(first.f.term);
    inOrder(
      told,
      heard,
      block("TERM", mount),
      sends("VOTE", mount),
      isA("server_work_exit", {}, mount),
      block("STOP", mount),
    );
    expect(between(told, sends("RESIGNATION", mount), heard, next)).toEqual([]);
    const stored = place(told, isA("quorum_block_event_ret", { event: "STOP" }, mount), stop);
    const looks = place(told, isA("fence_leaders", {}, next.mount), next);
    const fences = between(told, isA("fence_start"), next).map(({ f }) => f.rid);
    expect(fences).toEqual(stored.index < looks.index ? [] : [ridOf(told, mount)]);
  });
});

function nobodyFences(seed: number): at.Run {
  const agent = { run: "force-unmount", habit: "absent" } as const;
  const run = at.mountedRun(seed, { ...FIVE, heartbeatTimeoutMs: 3000, agent });
  at.forceUmounts(run, [at.leaderOf(run)]);
  run.w.runFor(40 * SECOND);
  return run;
}

describe("a leader that died and no fence agent", () => {
  everywhere(nobodyFences, ["k2-no-fence-agent"], (told) => {
    const forced = place(told, isA("umount_begin_forced"));
    const next = nextLeader(told, forced);
    const steps = inOrder(
      told,
      next,
      isA("fence_start", { reason: "quorum_block_leader" }, next.mount),
      isA("fence_wait", {}, next.mount),
      isA("fence_leaders_ret", {}, next.mount),
      isA("server_work_exit", {}, next.mount),
      sends("RESIGNATION", next.mount),
    );
    const waited = (steps[2].at - steps[1].at) / SECOND;
    expect(waited).toBeGreaterThanOrEqual(15);
    expect(waited).toBeLessThan(15.3);
    expect(steps[2].f.ret).not.toBe(0);
    const again = nextLeader(told, steps[4]);
    expect(between(told, isA("net_listen"), next, again)).toEqual([]);
  });
});
