// A connect is asked for while its connection shuts down. During the drain, main can never connect
// again, for the work that would do it is pending and in no queue; just after it, the socket that
// the work has made is released under it.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { cut } from "../../../sim/engine/network/links.ts";
import { seconds } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { client, clientConn, hold, netWorld, notes, release, seen } from "../net/world.ts";

/** Whether the client is connected in the end, what its queue refused and what each asker heard. */
function askedDuringTheDrain(variants: readonly Variant[]): [boolean, number, string[]] {
  const w = netWorld({ listens: false, variants });
  const connect = () => {
    start(w, 1, "test_connect", { timeout: seconds(1) });
    w.runFor(100_000);
  };
  const create = hold(w, "scoutfs_net_connect_worker", "create");
  connect();
  start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
  w.runFor(100_000);
  expect(seen(w, "conn_shutdown_start", 1)).toHaveLength(1);
  connect();
  release(w, create);
  w.runFor(100_000);
  expect(client(w).flags.shuttingDown).toBe(false);
  start(w, 0, "test_listen");
  connect();
  const { validGreeting } = client(w).flags;
  return [validGreeting, seen(w, "work-dropped").length, notes(w, "connect: ")];
}

test("the next attempt connects, where main waits for work that is queued nowhere", () => {
  const refused = ["connect: ESHUTDOWN", "connect: ESHUTDOWN"];
  expect(askedDuringTheDrain([])).toEqual([false, 1, refused]);
  const mended = askedDuringTheDrain([variantOf("connect-begins-after-the-shutdown")]);
  expect(mended).toEqual([true, 0, [...refused, "connect: done"]]);
});

/** What crashed, where the work begins between the drain and the look at the socket. */
function askedAfterTheDrain(variants: readonly Variant[]): string[] {
  const w = netWorld({ variants });
  const connect = () => {
    start(w, 1, "test_connect", { timeout: seconds(1) });
    w.runFor(1000);
  };
  const shut = hold(w, "scoutfs_net_shutdown_worker", "release");
  cut(w, 1, 0);
  connect();
  start(w, 1, "scoutfs_net_shutdown", { conn: clientConn(w) });
  w.runFor(1000);
  expect(shut.held).toHaveLength(1);
  connect();
  release(w, shut);
  w.runFor(100_000);
  return w.violations.map(({ promise, place }) => `${promise} at ${place}`);
}

test("no socket is released while work connects it", () => {
  expect(askedAfterTheDrain([])).toEqual(["CRASH at scoutfs_net_connect_worker @ create"]);
  expect(askedAfterTheDrain([variantOf("connect-begins-after-the-shutdown")])).toEqual([]);
});
