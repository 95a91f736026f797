// A client sends to a server whose host has died, just before it would have probed it.

import { expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { powerOff } from "../../../sim/engine/hosts.ts";
import type { Variant } from "../../../src/variants/types.ts";
import { clientConn, connected, netWorld, notes, request, SECOND } from "../net/world.ts";

const KEEPALIVE = 24 * SECOND;
const PROBES = 3 * SECOND;

/** How long after the death the client hears of it, when it sends `idle` after that. */
function silence(idle: number, variants: readonly Variant[]): number {
  const w = netWorld({ variants });
  connected(w);
  powerOff(w, 0);
  const deadAt = w.now;
  w.runFor(idle);
  start(w, 1, "submit_send", request(clientConn(w), { data: { count: 1 } }));
  w.runUntil(() => notes(w, "client_notify_down").length > 0, deadAt + 3 * KEEPALIVE);
  return w.now - deadAt;
}

test("it hears of the death within its keepalive timeout, where main bears it twice", () => {
  const mended = [variantOf("silence-is-borne-once")];
  const late = KEEPALIVE - PROBES - SECOND;
  expect(silence(late, [])).toBeGreaterThanOrEqual(late + KEEPALIVE);
  expect(silence(late, mended)).toBeLessThan(KEEPALIVE);
  const lateMended = KEEPALIVE / 2 - PROBES - SECOND;
  expect(silence(lateMended, mended)).toBeGreaterThanOrEqual(lateMended + KEEPALIVE / 2);
  expect(silence(lateMended, mended)).toBeLessThan(KEEPALIVE);
});
