// The messages of locking between lock.c and the network; see src/client/lock-messages.ts.

import { describe, expect, test } from "vitest";
import { clientRequests } from "../../../src/client/api.ts";
import * as messages from "../../../src/client/lock-messages.ts";
import type { AnyProgram, Ret } from "../../../src/core/index.ts";
import type { LockKey, NetLock } from "../../../src/lock/types.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { bindings, rid } from "../../support/scoutfs.ts";
import { runSteps } from "../../support/steps.ts";

const conn = { id: 3, generation: 1 };
const lock: NetLock = { key: 40 as LockKey, writeSeq: 6, oldMode: "read", newMode: "write" };

function run(p: unknown, args: object, answer: Ret = {}) {
  const m = mountState({ rid: rid(7) });
  m.client.conn = conn;
  const calls: { name: string; args: unknown }[] = [];
  const granted: NetLock[] = [];
  const options = {
    ...bindings,
    api: {
      ...bindings.api,
      grantResponse: (_m: unknown, _out: unknown, nl: NetLock) => void granted.push(nl),
    },
    onCall(name: string, what: unknown) {
      calls.push({ name, args: what });
      return answer;
    },
  };
  const { ret } = runSteps<Scoutfs>(p as AnyProgram<Scoutfs>, args, m, options);
  return { calls, granted, ret };
}
const response = { conn, respData: undefined };
const asked = { conn, cmd: "LOCK", id: 12 } as const;

describe("a request", () => {
  test("is submitted, and its grant goes to the lock", () => {
    const { calls, ret } = run(messages.clientLockRequest, lock);
    expect(calls[0]?.name).toBe("submit_send");
    expect(calls[0]?.args).toMatchObject({
      ...{ conn, rid: 0, cmd: "LOCK", response: false, id: 0, data: lock },
      respFunc: "client_lock_response",
    });
    expect(ret).toEqual({});
    expect(run(messages.clientLockRequest, lock, { error: "ENOLINK" }).ret).toEqual({
      error: "ENOLINK",
    });
  });

  test("is granted by its response, whatever error that has", () => {
    const args = { ...response, data: lock, error: "EIO" };
    expect(run(messages.clientLockResponse, args).granted).toEqual([lock]);
  });

  test("that a drain ends grants nothing and is a protocol error", () => {
    const args = { ...response, data: undefined, error: "ECONNABORTED" };
    expect(run(messages.clientLockResponse, args)).toMatchObject({
      granted: [],
      ret: { error: "EINVAL" },
    });
  });
});

describe("what the server asks", () => {
  test("has a function for each command, and no other is known", () => {
    expect(clientRequests).toMatchObject({
      ...{ LOCK: "client_lock", LOCK_RECOVER: "client_lock_recover" },
      SYNC_LOG_TREES: "sync_log_trees",
    });
  });

  test("goes to the locks with the id to answer under", () => {
    expect(run(messages.clientLock, { ...asked, data: lock }).calls).toEqual([
      { name: "scoutfs_lock_invalidate_request", args: { netId: 12, lock } },
    ]);
    const recover = { ...asked, cmd: "LOCK_RECOVER", data: { key: 0 } };
    expect(run(messages.clientLockRecover, recover).calls).toEqual([
      { name: "scoutfs_lock_recover_request", args: { netId: 12, key: 0 } },
    ]);
  });

  test("fails as the locks do, and where it says nothing", () => {
    for (const p of [messages.clientLock, messages.clientLockRecover]) {
      expect(run(p, { ...asked, data: undefined })).toMatchObject({
        calls: [],
        ret: { error: "EINVAL" },
      });
      const data = { ...lock };
      expect(run(p, { ...asked, data }, { error: "ENOLINK" }).ret).toEqual({ error: "ENOLINK" });
    }
  });

  test("is answered under the id of the request", () => {
    const one = run(messages.clientSendLockResponse, { netId: 12, lock });
    expect(one.calls[0]?.args).toMatchObject({
      ...{ conn, cmd: "LOCK", response: true, id: 12, data: lock, respFunc: undefined },
    });
    const all = run(messages.clientSendLockRecoverResponse, { netId: 13, locks: [lock] });
    expect(all.calls[0]?.args).toMatchObject({
      ...{ conn, cmd: "LOCK_RECOVER", response: true, id: 13, data: { locks: [lock] } },
    });
  });
});
