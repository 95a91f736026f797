// Processing: at once, in order or inline, and what an error of it does.

import { describe, expect, test } from "vitest";
import { start } from "../../../sim/engine/build.ts";
import { each } from "../../../src/core/index.ts";
import type { LockKey } from "../../../src/lock/types.ts";
import type { Cmd } from "../../../src/net/types.ts";
import {
  askFor,
  client,
  connected,
  hold,
  inject,
  listener,
  type NetWorld,
  netWorld,
  notes,
  request,
  seen,
} from "./world.ts";

function greeted(seed = "process"): NetWorld {
  const w = netWorld({ seed });
  connected(w);
  return w;
}
const isBroken = (w: NetWorld): boolean => seen(w, "conn_shutdown_start", 0).length > 0;
describe("processing", () => {
  test("requests run at once, and the short one ends first", () => {
    const w = greeted();
    for (const count of [40, 1, 20]) askFor(w, count);
    w.runFor(100_000);
    expect(notes(w, "handled")).toEqual(["handled 1", "handled 20", "handled 40"]);
    expect(notes(w, "answer")).toEqual(["answer: 1", "answer: 20", "answer: 40"]);
    expect([...each(w.mount(0).state.net.received)]).toEqual([]);
  });

  test("some requests of one sender begin in another order than they were sent in", () => {
    const orders = Array.from({ length: 10 }, (_, seed) => {
      const w = greeted(`order ${seed}`);
      inject(w, 1, ...[1, 2, 3].map((n) => ({ seq: 50 + n, id: n, data: { count: n } })));
      w.runFor(20_000);
      return notes(w, "begins").join();
    });
    expect(new Set(orders).size).toBeGreaterThan(1);
  });

  const lock = (key: number, writeSeq: number) =>
    ({ key: key as LockKey, writeSeq, oldMode: "write", newMode: "null" }) as const;
  test("locks of one key run one after another, those of other keys beside them", () => {
    const w = greeted();
    const locks = [lock(1, 30), lock(1, 5), lock(2, 1), lock(1, 2)];
    inject(
      w,
      0,
      ...locks.map((data, i) => ({ seq: 50 + i, id: 50 + i, cmd: "LOCK" as Cmd, data })),
    );
    w.runFor(100_000);
    const ofKey = (key: number) => notes(w, `key ${key}`).map((text) => text.slice(6));
    expect(ofKey(1)).toEqual(["begins 30", "ends 30", "begins 5", "ends 5", "begins 2", "ends 2"]);
    expect(notes(w, "key").indexOf("key 2 ends 1")).toBeLessThan(
      notes(w, "key").indexOf("key 1 ends 30"),
    );
  });

  test("a LOCK that carries no lock is processed inline", () => {
    const w = greeted();
    inject(w, 0, { cmd: "LOCK", response: true, error: "EINVAL", data: undefined });
    w.runFor(10_000);
    expect(notes(w, "WARN a LOCK message", 1)).toHaveLength(1);
    expect(seen(w, "ignored", 1).map(({ data }) => data.text)).toEqual([
      "a response to a request that is gone",
    ]);
    expect(client(w).flags.established).toBe(true);
  });

  test.each<[string, Cmd, string]>([
    ["no function", "STATFS", "unknown request STATFS"],
    ["an error", "FAREWELL", "processing a message failed: EIO"],
  ])("a request with %s shuts the connection down", (_what, cmd, why) => {
    const w = greeted();
    start(w, 1, "test_ask", { cmd, data: undefined });
    w.runFor(10_000);
    expect(notes(w, why)).toHaveLength(1);
    expect(isBroken(w)).toBe(true);
  });

  test("a response is for the request of its id and command, once", () => {
    const w = greeted();
    const begin = hold(w, "server_alloc_inodes", "begin");
    askFor(w, 1);
    w.runFor(10_000);
    const data = { ino: 7, nr: 1 };
    const answer = { id: 2, cmd: "ALLOC_INODES", response: true, data } as const;
    inject(w, 0, { ...answer, cmd: "STATFS" }, { ...answer, seq: 51 }, { ...answer, seq: 52 });
    w.runFor(10_000);
    expect(begin.held).toHaveLength(1);
    expect(notes(w, "answer")).toEqual(["answer: 7"]);
    expect(seen(w, "ignored", 1)).toHaveLength(2);
  });

  test("responses by rid go down the listener, errors of the wire arrive with them", () => {
    const w = greeted();
    const begin = hold(w, "server_alloc_inodes", "begin");
    askFor(w, 1);
    w.runFor(10_000);
    const conn = w.mount(0).state.server.conn;
    const error = { rid: 101 as never, response: true, id: 2, error: "ESHUTDOWN" } as const;
    if (conn !== undefined) start(w, 0, "submit_send", request(conn, error));
    w.runFor(10_000);
    expect(begin.held).toHaveLength(1);
    expect(notes(w, "answer")).toEqual(["answer: EINVAL"]);
    const [sent] = seen(w, "net_send_message", 0).slice(-1);
    expect(sent?.data).toMatchObject({ side: "server", rid: 101, resp: 1, err: 5 });
    expect(listener(w).accepted).toHaveLength(1);
  });
});
