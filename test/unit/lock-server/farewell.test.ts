// What a mount that goes sets free; see src/lock-server/farewell.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { LockKey } from "../../../src/lock/types.ts";
import {
  call,
  hold,
  reaches,
  release,
  request,
  returned,
  SECOND,
  seen,
  stateOf,
} from "../server/world.ts";
import { A, ask, B, connOf, fresh, heard, KEY, lock, net, started, w } from "./world.ts";

beforeEach(fresh);

describe("a mount that goes", () => {
  beforeEach(started);
  const farewell = (rid: number) => {
    call(w, "scoutfs_lock_server_farewell", { rid });
    w.runFor(1000);
  };

  test("leaves every list of every lock, and whoever waited for it goes on", () => {
    ask(A, "write");
    ask(B, "read");
    ask(A, "read", 9 as LockKey);
    farewell(A);
    expect(heard(B)).toEqual(["grant null>read"]);
    expect(stateOf(w).lockServer.locks.map(({ key }) => key)).toEqual([KEY]);
    expect(stateOf(w).lockServer.locks[0]).toMatchObject({ refs: 0, invalidated: [] });
    farewell(A);
    expect(returned(w, "scoutfs_lock_server_farewell")).toEqual([undefined, undefined]);
  });

  test("stops the server when others cannot be told", () => {
    ask(A, "write");
    ask(B, "read");
    stateOf(w).super.forcingUnmount = true;
    farewell(A);
    expect(returned(w, "scoutfs_lock_server_farewell")).toEqual(["ENOLINK"]);
    const [stop] = seen(w, "server.status").filter(({ data }) => data.to === "STOPPING");
    expect(stop?.data.cause).toBe(`lock_server_farewell: rid ${A}: ENOLINK`);
  });

  test("waits for whoever is at work on a lock", () => {
    const it = hold(w, "scoutfs_lock_server_request", "add");
    const data = net("write");
    request(w, connOf(B), { name: "server_lock", cmd: "LOCK", data });
    expect(reaches(w, it)).toBe(true);
    farewell(A);
    expect(lock()?.refs).toBe(2);
    release(w, it);
    w.runFor(SECOND);
    expect(lock()).toMatchObject({ refs: 0, granted: [{ rid: B, mode: "write" }] });
    expect(w.violations).toEqual([]);
  });

  test("leaves a lock there that somebody waits for, though it is empty", () => {
    ask(A, "write");
    const it = hold(w, "scoutfs_lock_server_farewell", "freeEntries");
    call(w, "scoutfs_lock_server_farewell", { rid: A });
    expect(reaches(w, it)).toBe(true);
    ask(B, "write");
    expect(lock()?.refs).toBe(2);
    release(w, it);
    w.runFor(SECOND);
    expect(heard(B)).toEqual(["grant null>write"]);
    expect(w.violations).toEqual([]);
  });
});
