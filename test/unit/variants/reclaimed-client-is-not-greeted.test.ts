// A client that counts as fenced, and lives on, comes back when it was reclaimed; main greets it.

import { describe, expect, test } from "vitest";
import { variantOf } from "../../../sim/cluster/world/variant-names.ts";
import { start } from "../../../sim/engine/build.ts";
import { type Address, get, type Rid } from "../../../src/core/index.ts";
import type { Variant } from "../../../src/variants/types.ts";
import * as at from "../server/world.ts";

const REPAIR = variantOf("reclaimed-client-is-not-greeted");
const CLIENT = 7 as Rid;
const TERM = 3;
const item = { rid: CLIENT, address: 7 as Address, quorum: false };
const GREETED = [undefined, undefined, CLIENT];

/** The server of the third term is up, and has reclaimed the client if it says so. */
function serverThat(reclaims: boolean, variants: readonly Variant[]): at.WholeWorld {
  const w = at.serverWorld("greeting", variants);
  at.putSuper(w, { mountedClients: [item] });
  at.elect(w, TERM);
  expect(at.becomes(w, "UP")).toBe(true);
  if (!reclaims) return w;
  start(w, 0, "scoutfs_fence_start", { rid: CLIENT, address: 7, reason: "client_recovery" });
  w.runFor(at.SECOND);
  at.answerFences(w);
  w.runFor(3 * at.SECOND);
  expect(at.fencedRids(w)).toEqual([]);
  expect(at.stateOf(w).server.stableSuper.mountedClients).toEqual([]);
  return w;
}

/** The errors that are sent and returned, and whose connection it is then. */
function greets(w: at.WholeWorld, serverTerm: number, farewell = false): unknown[] {
  const conn = at.accepted(w);
  const data = { serverTerm, rid: CLIENT, farewell, quorum: false };
  at.request(w, conn, { name: "server_greeting", cmd: "GREETING", data });
  w.runFor(at.SECOND);
  const errors = at.sentTo(w, conn).filter(({ cmd }) => cmd === "GREETING");
  expect(errors).toHaveLength(1);
  const { rid } = get(at.stateOf(w).net.conns, conn);
  return [errors[0]?.error, ...at.returned(w, "server_greeting"), rid];
}

/** What the server says where net.c may drop the connection, and the greeting with it. */
function answers(w: at.WholeWorld): unknown[] {
  const data = { serverTerm: TERM, rid: CLIENT, farewell: false, quorum: false };
  at.request(w, at.accepted(w), { name: "server_greeting", cmd: "GREETING", data });
  w.runFor(at.SECOND);
  return [...at.returned(w, "server_greeting"), at.seen(w, "server_client_up").length];
}

describe("a client that was reclaimed", () => {
  test("and names an earlier server is greeted by main, and refused here", () => {
    expect(greets(serverThat(true, []), TERM - 1)).toEqual(GREETED);
    expect(greets(serverThat(true, [REPAIR]), TERM - 1)).toEqual(["ENOLINK", "ENOLINK", 0]);
  });

  test("and names this server is let in by neither, for net.c misses its connection", () => {
    expect(answers(serverThat(true, []))).toEqual([undefined, 0]);
    expect(answers(serverThat(true, [REPAIR]))).toEqual(["ENOLINK", 0]);
  });

  test("is greeted when it comes for the answer to its farewell", () => {
    expect(greets(serverThat(true, [REPAIR]), TERM - 1, true)).toEqual(GREETED);
  });

  test("is greeted when it never heard of a server, and has an item again", () => {
    const w = serverThat(true, [REPAIR]);
    expect(greets(w, 0)).toEqual(GREETED);
    expect(at.stateOf(w).server.stableSuper.mountedClients.map(({ rid }) => rid)).toEqual([CLIENT]);
  });
});

describe("a client that is mounted", () => {
  test("comes back from an earlier server", () => {
    expect(greets(serverThat(false, [REPAIR]), TERM - 1)).toEqual(GREETED);
  });

  test("hears of an item that cannot be read", () => {
    const w = serverThat(false, [REPAIR]);
    at.stateOf(w).server.btreeError = "EIO";
    expect(greets(w, TERM - 1)).toEqual(["EIO", "EIO", 0]);
  });
});
