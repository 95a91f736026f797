// What is easy to get wrong about unmounts, recovery and shrunk locks, in the model.

import { describe, expect, it } from "vitest";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import { us } from "../../../src/core/index.ts";
import * as facts from "../../support/facts.ts";
import * as at from "./run.ts";
import { SECOND } from "./run.ts";

const seeds = (n: number): number[] => Array.from({ length: n }, (_, seed) => seed);
const five = { mounts: 5 };

/** The leader, and two others that are no quorum members. */
const withTwoClients = (run: at.Run): number[] => [at.leaderOf(run), 3, 4];

describe("fact 6: while recovery is pending", () => {
  /** A mount is missing: recovery lasts until it is fenced. Another one leaves meanwhile. */
  const runs = seeds(3).map((seed) => {
    const run = at.mountedRun(seed, five);
    at.traffic(run, { forUs: SECOND / 5, everyUs: 10_000 });
    const leader = at.leaderOf(run);
    at.forceUmounts(run, [leader, 4]);
    at.waitLeader(run);
    const [asks, waits] = at.all(run).filter((nr) => nr !== leader && nr < 3) as [number, number];
    for (let n = 0; n < 10; n++) {
      for (const what of ["statfs", "last_seq"]) at.ask(run, asks, what);
      at.ask(run, asks, "alloc_inodes", { count: 10 });
      at.ask(run, asks, "sync");
      at.ask(run, waits, "use_inode", { ino: 1 + n * 2000, mode: "write", forUs: us(1000) });
      run.w.runFor(SECOND / 10);
    }
    at.beginUmount(run, 3);
    at.until(run, "recovery", () => facts.only(run, "finished_recovery").length > 0);
    run.w.runFor(SECOND);
    return run;
  });
  const answers = runs.flatMap((run) => facts.responsesInRecovery(run));

  it("the server answers all kinds of requests", () => {
    const kinds = ["GREETING", "STATFS", "GET_LAST_SEQ", "ALLOC_INODES"];
    expect(new Set(answers)).toEqual(new Set([...new Set(answers), ...kinds, "FAREWELL"]));
    expect(answers.filter((cmd) => cmd === "STATFS")).toHaveLength(30);
  });

  it("but grants no lock, which comes when it has ended", () => {
    expect(answers).not.toContain("LOCK");
    for (const run of runs) {
      const [end] = facts.only(run, "finished_recovery");
      const asked = facts.only(run, "ls_request").filter((c) => c.at < (end?.at ?? 0));
      const granted = facts.only(run, "sv_lock_response").filter((c) => c.at > (end?.at ?? 0));
      expect(granted.length).toBeGreaterThan(0);
      expect(asked.length).toBeGreaterThan(0);
    }
  });
});

describe("fact 10: the farewell rule", () => {
  it("has no exception, whoever leaves with whom", () => {
    const rules = seeds(15).flatMap((seed) => {
      const run = at.mountedRun(seed, five);
      const leaving = withTwoClients(run);
      at.umounts(run, leaving);
      at.waitLeader(run);
      at.mounts(run, leaving);
      run.w.runFor(SECOND);
      at.umounts(run, at.all(run));
      return facts.farewells(run);
    });
    expect(facts.tally(rules)).toEqual({
      ...{ "no member": 60, "members to spare": 30, "all have asked": 30 },
    });
  });
});

describe("fact 11: an unmount can end by its mounted_clients item being gone", () => {
  /** In both cases of the recordings the response had come too, right before that look. Here it is
   *  lost: the server stops while it reclaims a mount, and its response does not get out. */
  function responseIsLost(seed: number): at.Run {
    const run = at.mountedRun(seed, five);
    const leader = at.leaderOf(run);
    const mount = at.latest(run, leader);
    const beats = () => facts.only(run, "quorum_send_message").length;
    const before = beats();
    at.until(run, "a heartbeat, the stop is then the next one's", () => beats() > before);
    at.beginUmount(run, leader);
    at.until(run, "its farewell", () => facts.only(run, "client_farewell_resp").length > 0);
    const held = (program: string, label: string): Hold => {
      const hold: Hold = {
        program,
        label,
        mount,
        until: { is: "released" },
        held: [],
        open: false,
      };
      run.w.holds.push(hold);
      return hold;
    };
    const reclaim = held("reclaim_rid", "enter");
    at.beginUmount(run, 4);
    const { server } = run.w.peekMount(mount).state;
    const status = () => run.w.peekMount(mount).state.server.status;
    expect(server.status).toBe("UP");
    at.until(run, "the stop", () => status() === "STOPPING");
    const send = held("scoutfs_net_send_worker", "collect");
    open(run.w, reclaim);
    run.w.runFor(SECOND / 20);
    open(run.w, send);
    at.waitUnmounted(run, [4]);
    return run;
  }

  it.each(seeds(5))("when the server goes before its response, seed %i", (seed) => {
    const run = responseIsLost(seed);
    const mount = at.latest(run, 4);
    const looked = facts.only(run, "lookup_mounted_client").map((c) => [c.mount, c.f.ret]);
    expect(looked).toEqual([[mount, 0]]);
    const heard = facts.only(run, "client_farewell_resp").filter((c) => c.mount === mount);
    expect(heard).toEqual([]);
    const reclaims = facts
      .only(run, "reclaim_rid_ret")
      .filter(({ f }) => f.rid === at.ridOf(run, 4));
    expect(reclaims.map(({ f }) => f.ret)).toEqual([0]);
  });
});

describe("fact 12: a lock is shrunk by a request for null", () => {
  it("which is answered with a grant from null to null", () => {
    const run = at.mountedRun(1, { ...five, lockIdleCount: 4 });
    for (let n = 0; n < 40; n++) {
      for (const nr of at.all(run)) {
        at.ask(run, nr, "use_inode", { ino: 1 + (n + nr) * 2000, mode: "read", forUs: us(100) });
      }
      run.w.runFor(3000);
    }
    run.w.runFor(SECOND);
    const asked = facts.only(run, "ls_request").filter(({ f }) => f.new === "null");
    const granted = facts.only(run, "sv_lock_response").filter(({ f }) => f.new === "null");
    expect(facts.tally(asked.map(({ f }) => String(f.old)))).toEqual({ read: asked.length });
    expect(facts.tally(granted.map(({ f }) => String(f.old)))).toEqual({ null: asked.length });
    expect(asked.length).toBeGreaterThan(100);
  });
});
