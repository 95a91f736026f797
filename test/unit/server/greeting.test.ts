// Who a client says it is, and what it hears: each kind of greeting, its errors, and what else may
// happen meanwhile; see src/server/greeting.ts and clients.ts.

import { beforeEach, describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { failIo } from "../../../sim/engine/hosts.ts";
import type { Address, Rid } from "../../../src/core/index.ts";
import { get } from "../../../src/core/index.ts";
import type { ConnHandle, Greeting } from "../../../src/net/types.ts";
import {
  accepted,
  becomes,
  call,
  elect,
  hold,
  PEER,
  putSuper,
  reaches,
  release,
  request,
  returned,
  SECOND,
  seen,
  sentTo,
  serverWorld,
  stateOf,
  type WholeWorld,
} from "./world.ts";

const TERM = 3;
const CLIENT = 40;

let w: WholeWorld;
function up(seed?: string): void {
  w = serverWorld(seed);
}
function started(): void {
  elect(w, TERM);
  expect(becomes(w, "UP")).toBe(true);
}
beforeEach(() => {
  up();
});

const greeting = (over: Partial<Greeting> = {}): Greeting => ({
  serverTerm: 0,
  rid: CLIENT as Rid,
  farewell: false,
  quorum: false,
  ...over,
});
function greet(conn: ConnHandle, over: Partial<Greeting> = {}, forUs = SECOND): void {
  request(w, conn, { name: "server_greeting", cmd: "GREETING", data: greeting(over) });
  w.runFor(forUs);
}
const results = () => returned(w, "server_greeting");
const items = () => stateOf(w).server.stableSuper.mountedClients;
/** The kinds of what the greeting did, in order. */
const happened = (...kinds: readonly string[]) =>
  kinds
    .flatMap((kind) => seen(w, kind).map((entry) => ({ kind, entry })))
    .sort((a, b) => a.entry.at - b.entry.at)
    .map(({ kind }) => kind);
const crashes = () => w.violations.filter(({ promise }) => promise === "CRASH");
/** The connection waits for its client to come back. */
function breakOff(conn: ConnHandle): void {
  const c = get(stateOf(w).net.conns, conn);
  c.flags.validGreeting = false;
  c.flags.reconnWait = true;
  c.resendQueue = c.sendQueue.filter(({ cmd }) => cmd !== "GREETING");
  c.sendQueue = [];
}

describe("a first greeting", () => {
  test("makes the item durable, then is answered, then lets the client in", () => {
    started();
    const conn = accepted(w);
    greet(conn, { quorum: true });
    expect(results()).toEqual([undefined]);
    expect(items()).toEqual([{ rid: CLIENT, address: PEER, quorum: true }]);
    expect(
      happened("server_greeting", "insert_mounted_client", "server_commit_end", "recov_finish"),
    ).toEqual(["server_greeting", "insert_mounted_client", "server_commit_end", "recov_finish"]);
    expect(seen(w, "server_greeting").map(({ data }) => data)).toEqual([
      expect.objectContaining({ gr_term: 0, rid: CLIENT, gr_flags: 2 }),
    ]);
    const answer = { serverTerm: TERM, rid: CLIENT, farewell: false, quorum: false };
    expect(sentTo(w, conn)).toMatchObject([{ cmd: "GREETING", response: true, data: answer }]);
    expect(stateOf(w).omap.rids).toEqual([CLIENT]);
    expect(stateOf(w).server.clients).toEqual([CLIENT]);
    expect(seen(w, "server_client_up").map(({ data }) => data.nr_clients)).toEqual([1]);
    expect(seen(w, "farewell_worker")).toHaveLength(1);
    expect(w.violations).toEqual([]);
  });

  test("hears nothing before the commit is written", () => {
    started();
    const conn = accepted(w);
    const it = hold(w, "scoutfs_server_commit_func", "setStable");
    greet(conn);
    expect(it.held).toHaveLength(1);
    expect(sentTo(w, conn)).toEqual([]);
    release(w, it);
    w.runFor(SECOND);
    expect(sentTo(w, conn)).toHaveLength(1);
  });

  test("of a client whose item an earlier server left finds it as it is", () => {
    const item = { rid: CLIENT as Rid, address: 7 as Address, quorum: true };
    putSuper(w, { mountedClients: [item] });
    started();
    const conn = accepted(w);
    greet(conn, { quorum: false });
    expect(results()).toEqual([undefined]);
    expect(items()).toEqual([item]);
    expect(seen(w, "server_commit_end")).toHaveLength(1);
  });

  test.each(["a write", "the tree"])("is answered with the error of %s, which ends it", (what) => {
    started();
    const conn = accepted(w);
    if (what === "a write") failIo(w, 0, 1000);
    else stateOf(w).server.btreeError = "EIO";
    hold(w, "farewell_worker", "countNext");
    greet(conn);
    expect(results()).toEqual(["EIO"]);
    expect(sentTo(w, conn)).toMatchObject([{ cmd: "GREETING", error: "EIO", data: undefined }]);
    expect(items()).toEqual([]);
    expect(seen(w, "recov_finish")).toEqual([]);
    expect(seen(w, "net_server_greeting")).toEqual([]);
    expect(seen(w, "farewell_worker")).toHaveLength(1);
    const dirty = stateOf(w).server.dirtySuper.mountedClients.length;
    expect(dirty).toBe(what === "a write" ? 1 : 0);
  });

  test("cannot be answered after a forced unmount", () => {
    started();
    const conn = accepted(w);
    stateOf(w).super.forcingUnmount = true;
    greet(conn);
    expect(results()).toEqual(["ENOLINK"]);
    expect(sentTo(w, conn)).toEqual([]);
  });

  test("of two sockets at once inserts one item; both are clients, as the C has it", () => {
    started();
    const [a, b] = [accepted(w), accepted(w)];
    request(w, a, { name: "server_greeting", cmd: "GREETING", data: greeting() });
    greet(b);
    expect(results()).toEqual([undefined, undefined]);
    expect(items()).toHaveLength(1);
    expect(stateOf(w).server.clients).toEqual([CLIENT, CLIENT]);
    expect(stateOf(w).omap.rids).toEqual([CLIENT]);
    expect(w.violations).toEqual([]);
  });
});

describe("a greeting of a client that has heard of a server", () => {
  test("of this very one takes over what its last connection had, and tells nobody", () => {
    started();
    const old = accepted(w, CLIENT);
    breakOff(old);
    const conn = accepted(w);
    greet(conn, { serverTerm: TERM });
    expect(results()).toEqual([undefined]);
    for (const kind of ["insert_mounted_client", "ls_greeting", "omap_add_rid"]) {
      expect(seen(w, kind), kind).toEqual([]);
    }
    expect(seen(w, "server_client_up")).toEqual([]);
    expect(get(stateOf(w).net.conns, conn)).toMatchObject({ rid: CLIENT, infoListed: true });
    expect(stateOf(w).server.clients).toEqual([CLIENT]);
    expect(w.violations).toEqual([]);
  });

  test("of another one is asked for its locks right after the response", () => {
    const item = { rid: CLIENT as Rid, address: 7 as Address, quorum: true };
    putSuper(w, { mountedClients: [item] });
    started();
    const conn = accepted(w);
    greet(conn, { serverTerm: TERM - 1 });
    expect(results()).toEqual([undefined]);
    expect(seen(w, "insert_mounted_client")).toEqual([]);
    expect(stateOf(w).recov.pending).toEqual([{ rid: CLIENT, which: 2 }]);
    expect(sentTo(w, conn)).toMatchObject([
      { cmd: "GREETING", response: true },
      { cmd: "LOCK_RECOVER", response: false, data: { key: 0 } },
    ]);
    expect(seen(w, "sv_lock_recover_request").map(({ data }) => data.rid)).toEqual([CLIENT]);
    expect(stateOf(w).omap.rids).toEqual([CLIENT]);
  });

  test("that nobody waits for is let in without recovery", () => {
    started();
    const conn = accepted(w);
    greet(conn, { serverTerm: TERM - 1 });
    expect(results()).toEqual([undefined]);
    expect(sentTo(w, conn).map(({ cmd }) => cmd)).toEqual(["GREETING"]);
    expect(seen(w, "ls_greeting")).toHaveLength(1);
  });

  test("that comes twice, for the first response was lost, is put on the list twice", () => {
    started();
    const first = accepted(w);
    greet(first, { serverTerm: TERM - 1 });
    breakOff(first);
    const second = accepted(w);
    greet(second, { serverTerm: TERM - 1 });
    expect(crashes()[0]?.text).toContain("rid 40 to be put on the list of clients once");
  });

  test("of one that this server has forgotten leaves a list that it never was on", () => {
    started();
    const conn = accepted(w);
    greet(conn, { serverTerm: TERM, farewell: true });
    expect(results()).toEqual([undefined]);
    expect(stateOf(w).server.clients).toEqual([]);
    call(w, "server_notify_down", { conn: { ...conn }, rid: CLIENT });
    w.runFor(1000);
    expect(crashes()[0]?.text).toContain("rid 40 to be on the list of clients when it leaves");
  });
});

describe("a server that stops meanwhile", () => {
  const LABELS = ["insert", "apply", "queueFarewells", "recovered", "respond", "letOpen", "addRid"];

  test.each(LABELS)("bears a greeting that is at %s", (label) => {
    started();
    const conn = accepted(w);
    const it = hold(w, "server_greeting", label);
    const worker = hold(w, "scoutfs_server_worker", "netDown");
    request(w, conn, { name: "server_greeting", cmd: "GREETING", data: greeting() });
    expect(reaches(w, it)).toBe(true);
    start(w, 0, "stop_server", { cause: "test" });
    const shut = hold(w, "scoutfs_server_worker", "shutNet");
    expect(reaches(w, shut)).toBe(true);
    release(w, it);
    w.runFor(SECOND);
    expect(results()).toEqual([undefined]);
    release(w, shut);
    release(w, worker);
    expect(becomes(w, "DOWN")).toBe(true);
    expect(w.violations).toEqual([]);
  });

  test("has its farewells flushed before the work that a late greeting queues", () => {
    started();
    const leaving = accepted(w, 50);
    const conn = accepted(w);
    const it = hold(w, "server_greeting", "queueFarewells");
    request(w, conn, { name: "server_greeting", cmd: "GREETING", data: greeting() });
    expect(reaches(w, it)).toBe(true);
    start(w, 0, "stop_server", { cause: "test" });
    const shut = hold(w, "scoutfs_server_worker", "shutNet");
    expect(reaches(w, shut)).toBe(true);
    request(w, leaving, { name: "server_farewell", cmd: "FAREWELL" });
    w.runFor(1000);
    expect(seen(w, "farewell_worker")).toEqual([]);
    const late = hold(w, "farewell_worker", "reclaim");
    release(w, it);
    expect(reaches(w, late)).toBe(true);
    release(w, shut);
    expect(becomes(w, "DOWN")).toBe(true);
    release(w, late);
    w.runFor(SECOND);
    expect(crashes()[0]?.text).toContain("the lock server to be set up");
  });
});
