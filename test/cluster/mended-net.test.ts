// Fixes of connections, ours and proposed ones, each beside what main does in the same run.

import { expect, test } from "vitest";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import { start } from "../../sim/engine/build.ts";
import { cut, heal } from "../../sim/engine/network/links.ts";
import { resetStreams } from "../../sim/engine/network/streams.ts";
import { type Rid, seconds } from "../../src/core/index.ts";
import type { Variant } from "../../src/variants/types.ts";
import {
  accepted,
  client,
  clientConn,
  connected,
  hold,
  listenerConn,
  type NetWorld,
  netWorld,
  notes,
  release,
  request,
  SECOND,
  seen,
} from "../unit/net/world.ts";

type Variants = readonly Variant[];
function onMainAndWith<T>(id: string, run: (variants: Variants) => T): [T, T] {
  return [run([]), run([variantOf(id)])];
}

test("an accepted connection that never greeted is not fenced", () => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants });
    hold(w, "submit_send", "check", 1);
    start(w, 1, "test_connect", { timeout: seconds(1) });
    w.runFor(10_000);
    resetStreams(w, 1, 0);
    w.runFor(21 * SECOND);
    return notes(w, "fence").length;
  };
  expect(onMainAndWith("ungreeted-connection-is-dropped", run)).toEqual([1, 0]);
});

test("a client that is back while its old connection looks whole hears one greeting", () => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants });
    connected(w);
    cut(w, 1, 0);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(SECOND);
    heal(w, 1, 0);
    start(w, 1, "test_connect", { timeout: SECOND });
    w.runFor(50_000);
    const sent = seen(w, "net_send_message", 0).filter(({ data }) => data.cmd === "GREETING");
    return [sent.length, client(w).flags.established];
  };
  const id = "sent-greeting-is-not-resent";
  expect(onMainAndWith(id, run)).toEqual([
    [3, false],
    [2, true],
  ]);
});

test("a shutdown that looks for the socket before there is one ends", () => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants });
    const create = hold(w, "scoutfs_net_connect_worker", "create");
    start(w, 1, "test_connect", { timeout: seconds(1) });
    w.runFor(1000);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
    w.runFor(10_000);
    release(w, create);
    w.runFor(60 * SECOND);
    return client(w).flags.shuttingDown;
  };
  expect(onMainAndWith("connect-worker-sees-the-shutdown", run)).toEqual([true, false]);
});

/** An invalidation that the server sends to the client by its rid. */
function sendByRid(w: NetWorld): void {
  const data = { key: 3, writeSeq: 1, oldMode: "WRITE", newMode: "NULL" } as const;
  const args = { rid: 101 as Rid, cmd: "LOCK", data } as const;
  start(w, 0, "submit_send", request(listenerConn(w), args));
}

/** Its old connection waits for it. */
function comesBackAsNew(variants: Variants): NetWorld {
  const w = netWorld({ variants });
  connected(w);
  resetStreams(w, 0, 1);
  w.runFor(50_000);
  w.mount(1).state.client.serverTerm = 0;
  connected(w);
  return w;
}

test("what is sent to a client reaches it while its old connection waits for it", () => {
  const run = (variants: Variants) => {
    const w = comesBackAsNew(variants);
    expect(accepted(w).map(({ rid, flags }) => [rid, flags.reconnWait])).toEqual([
      [101, true],
      [101, false],
    ]);
    sendByRid(w);
    w.runFor(60 * SECOND);
    return notes(w, "key 3 begins").length;
  };
  expect(onMainAndWith("rid-names-the-latest-connection", run)).toEqual([0, 1]);
});

test.each([
  ["scoutfs_net_server_greeting", "destroyOld"],
  ["scoutfs_net_destroy_worker", "enter"],
  ["scoutfs_net_destroy_worker", "leaveListener"],
])("what is sent to a client that is back reaches it while %s is at %s", (name, label) => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants: [variantOf("sent-greeting-is-not-resent"), ...variants] });
    connected(w);
    resetStreams(w, 0, 1);
    w.runFor(50_000);
    const destroying = hold(w, name, label);
    connected(w);
    expect(destroying.held).toHaveLength(1);
    sendByRid(w);
    w.runFor(10_000);
    release(w, destroying);
    w.runFor(60 * SECOND);
    return notes(w, "key 3 begins").length;
  };
  expect(onMainAndWith("rid-names-the-latest-connection", run)).toEqual([0, 1]);
});

/** Of a first connection that its client never heard of both ends know that it is gone, or one. */
const ENDS = {
  waits: (w: NetWorld) => resetStreams(w, 0, 1),
  "looks whole": (w: NetWorld) => {
    cut(w, 1, 0);
    start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
  },
};
test.each(["waits", "looks whole"] as const)(
  "what was sent to a client that greets as a new one goes on with it: the first connection %s",
  (how) => {
    const run = (variants: Variants) => {
      const w = netWorld({ variants: [variantOf("sent-greeting-is-not-resent"), ...variants] });
      connected(w);
      ENDS[how](w);
      w.runFor(50_000);
      sendByRid(w);
      w.runFor(50_000);
      expect(accepted(w).map(({ flags }) => flags.reconnWait)).toEqual([how === "waits"]);
      heal(w, 1, 0);
      w.mount(1).state.client.serverTerm = 0;
      connected(w);
      sendByRid(w);
      w.runFor(60 * SECOND);
      const locks = seen(w, "net_recv_message", 1).filter(({ data }) => data.cmd === "LOCK");
      return locks.map(({ data }) => data.id);
    };
    expect(onMainAndWith("rid-names-the-latest-connection", run)).toEqual([[], [1, 2]]);
  },
);

test("what is sent to a client goes with the state that its next connection takes over", () => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants });
    connected(w);
    resetStreams(w, 0, 1);
    w.runFor(50_000);
    sendByRid(w);
    connected(w);
    return notes(w, "key 3 begins").length;
  };
  expect(onMainAndWith("rid-names-the-latest-connection", run)).toEqual([1, 1]);
});

/** Of a client that came back as a new one both connections wait for it. */
function twoWait(variants: Variants): NetWorld {
  const w = comesBackAsNew(variants);
  resetStreams(w, 0, 1);
  w.runFor(50_000);
  return w;
}

test("a client that comes back gets the state of the later of two connections that wait", () => {
  const run = (variants: Variants) => {
    const w = twoWait(variants);
    expect(accepted(w).map(({ rid, flags }) => [rid, flags.reconnWait])).toEqual([
      [101, true],
      [101, true],
    ]);
    connected(w);
    const left = accepted(w).filter(({ flags }) => flags.reconnWait);
    return left.map(({ greetingId }) => greetingId);
  };
  expect(onMainAndWith("latest-connection-is-taken-over", run)).toEqual([[2], [1]]);
});

test("a greeting that was late takes over nothing from a client that has come back since", () => {
  const run = (variants: Variants) => {
    const w = twoWait(variants);
    const late = hold(w, "scoutfs_net_server_greeting", "walk");
    connected(w);
    resetStreams(w, 0, 1);
    w.runFor(50_000);
    const greets = late.held.splice(0);
    expect(greets).toHaveLength(1);
    late.open = true;
    connected(w);
    late.held.push(...greets);
    release(w, late);
    w.runFor(50_000);
    return seen(w, "conn_reconn_migrate").length;
  };
  expect(onMainAndWith("latest-connection-is-taken-over", run)).toEqual([2, 1]);
});

test("a request of a server has an id that none of an earlier server has", () => {
  const run = (variants: Variants) => {
    const w = netWorld({ variants });
    w.mount(0).state.server.term = 7;
    connected(w);
    const ask = () => {
      sendByRid(w);
      w.runFor(10_000);
      const sent = seen(w, "net_send_message", 0).filter(({ data }) => data.cmd === "LOCK");
      return sent.at(-1)?.data.id;
    };
    const first = ask();
    resetStreams(w, 0, 1);
    w.runFor(50_000);
    connected(w);
    return [first, ask()];
  };
  expect(onMainAndWith("request-ids-begin-with-the-term", run)).toEqual([
    [1, 2],
    [7_000_001, 7_000_002],
  ]);
});
