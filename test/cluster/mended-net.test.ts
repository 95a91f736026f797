// Fixes of connections, ours and proposed ones, each beside what main does in the same run.

import { expect, test } from "vitest";
import { variantOf } from "../../sim/cluster/world/variant-names.ts";
import { start } from "../../sim/engine/build.ts";
import { cut, heal } from "../../sim/engine/network/links.ts";
import { resetStreams } from "../../sim/engine/network/streams.ts";
import { seconds } from "../../src/core/index.ts";
import type { Variant } from "../../src/variants/types.ts";
import {
  client,
  clientConn,
  connected,
  hold,
  netWorld,
  notes,
  release,
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
