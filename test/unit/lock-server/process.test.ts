// Who gets which lock, and who has to give way first; see src/lock-server/process.ts and
// request.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { LockKey } from "../../../src/lock/types.ts";
import { call, hold, reaches, release, returned, seen, stateOf } from "../server/world.ts";
import { A, answer, ask, B, connOf, conns, fresh, heard, list, started, w } from "./world.ts";

beforeEach(fresh);

describe("requests", () => {
  beforeEach(started);

  test("that fit are granted at once; writers get a seq of their own", () => {
    ask(A, "read");
    ask(B, "read");
    ask(A, "write", 9 as LockKey);
    expect(heard(A)).toEqual(["grant null>read", "grant null>write"]);
    expect(heard(B)).toEqual(["grant null>read"]);
    expect(list("granted")).toEqual([`${A} read`, `${B} read`]);
    const seqs = seen(w, "sv_lock_response").map(({ data }) => data.wseq);
    expect(seqs).toEqual([0, 0, stateOf(w).server.seq]);
  });

  test("that do not fit wait until all who are in the way have answered", () => {
    ask(A, "read");
    ask(B, "read");
    ask(A, "write");
    expect(heard(B)).toEqual(["grant null>read", "invalidate read>null"]);
    expect(list("requested")).toEqual([`${A} write`]);
    ask(B, "read");
    expect(list("requested")).toEqual([`${A} write`, `${B} read`]);
    answer(B, "read", "null");
    expect(heard(A)).toEqual(["grant null>read", "grant read>write", "invalidate write>read"]);
    const [granted] = seen(w, "sv_lock_response").slice(-1);
    expect(seen(w, "sv_lock_request").map(({ data }) => data.wseq)).toEqual([
      ...[0, granted?.data.wseq],
    ]);
    answer(A, "write", "read");
    expect(heard(B).at(-1)).toBe("grant null>read");
    expect(list("granted")).toEqual([`${A} read`, `${B} read`]);
    expect(list("requested")).toEqual([]);
  });

  test("for null take back what the client has, and the lock is forgotten", () => {
    ask(A, "write");
    ask(A, "null");
    expect(heard(A)).toEqual(["grant null>write", "invalidate write>null"]);
    answer(A, "write", "null");
    expect(heard(A).at(-1)).toBe("grant null>null");
    expect(stateOf(w).lockServer.locks).toEqual([]);
  });

  test("whose grant cannot be sent lose what the client had, and stay", () => {
    ask(A, "read");
    const it = hold(w, "process_waiting_requests", "grant");
    ask(A, "write");
    expect(reaches(w, it)).toBe(true);
    stateOf(w).super.forcingUnmount = true;
    release(w, it);
    w.runFor(1000);
    expect(returned(w, "server_lock")).toEqual([undefined, "ENOLINK"]);
    expect([list("granted"), list("requested")]).toEqual([[], [`${A} write`]]);
  });

  test("in the way of a client that is not connected wait for its fence, and nobody stops", () => {
    ask(A, "write");
    const listener = stateOf(w).server.conn;
    const held = stateOf(w).net.conns.slots[listener?.id ?? 0]?.value;
    if (held !== undefined) held.accepted = held.accepted.filter((h) => h.id !== conns[A]?.id);
    ask(B, "read");
    expect(returned(w, "server_lock")).toEqual([undefined, undefined]);
    expect([list("granted"), list("requested")]).toEqual([[`${A} write`], [`${B} read`]]);
  });

  test("answers that nobody waits for are errors", () => {
    answer(A, "write", "null");
    ask(A, "read");
    answer(A, "read", "null");
    const none = { data: undefined, error: "ECONNABORTED", respData: undefined };
    for (const name of ["lock_response", "lock_recover_response"]) {
      call(w, name, { conn: connOf(A), ...none });
    }
    w.runFor(1000);
    expect(returned(w, "lock_response")).toEqual(["EINVAL", "EINVAL", "EINVAL"]);
    expect(returned(w, "lock_recover_response")).toEqual(["EINVAL"]);
    expect(list("granted")).toEqual([`${A} read`]);
  });
});
