// submit_send and the send worker: queues, resending, the duplicate on a healthy socket.

import { beforeEach, describe, expect, test } from "vitest";
import type { Out, Rid, SocketId } from "../../../src/core/index.ts";
import { table } from "../../../src/core/index.ts";
import { allocConn, connNumber, connOf, NO_RID } from "../../../src/net/connections.ts";
import { findRequest, freeAckedResponses, queueDeadFree } from "../../../src/net/messages.ts";
import { netSendWorker, submitSend } from "../../../src/net/send.ts";
import { netSyncRequest, syncResponse } from "../../../src/net/sync-request.ts";
import type {
  ConnHandle,
  NetMessage,
  NetMount,
  NetProtocol,
  SubmitArgs,
} from "../../../src/net/types.ts";
import { type FakeOut, fakeOut, outOf, stepper } from "../../support/net-steps.ts";

let m: NetMount;
let fake: FakeOut;
let out: Out<NetProtocol>;
let conn: ConnHandle;

beforeEach(() => {
  m = {
    net: { conns: table("connection"), syncRequests: table("sync request") },
    super: { forcingUnmount: false, unmounting: false },
  } as Partial<NetMount> as NetMount;
  fake = fakeOut();
  out = outOf<NetProtocol>(fake, {});
  conn = allocConn(m, out, { reqFuncs: "client", notifyUp: undefined, notifyDown: undefined });
  const c = connOf(m, conn);
  c.sock = 5 as SocketId;
  c.flags.established = true;
  c.flags.validGreeting = true;
});

const request: Omit<SubmitArgs, "conn"> = {
  rid: NO_RID,
  cmd: "LOCK",
  response: false,
  id: 0,
  error: undefined,
  data: undefined,
  respFunc: undefined,
  respData: undefined,
};
const submit = (over: Partial<SubmitArgs> = {}) =>
  stepper(submitSend, m, out, { conn, ...request, ...over });
const submitMany = (n: number) => {
  for (let i = 0; i < n; i++) submit().run();
};
const worker = () => stepper(netSendWorker, m, out, { of: connNumber(conn) });
const sentIds = () => fake.sent.map((message) => (message as NetMessage).id);

describe("submit_send", () => {
  test("numbers messages and queues the send work once greeted", () => {
    expect(submit().run()).toEqual({ done: { value: 1 } });
    expect(submit().run()).toEqual({ done: { value: 2 } });
    expect(connOf(m, conn).sendQueue.map((msend) => msend.seq)).toEqual([1, 2]);
    expect(fake.log.at(-1)).toBe("queue scoutfs_net_send_worker#1000000 on conn.workq#1000000");
  });

  test("before the greeting only the greeting is sent", () => {
    connOf(m, conn).flags.validGreeting = false;
    submit().run();
    submit({ cmd: "GREETING" }).run();
    expect(connOf(m, conn).resendQueue.map((msend) => msend.cmd)).toEqual(["LOCK"]);
    expect(connOf(m, conn).sendQueue.map((msend) => msend.cmd)).toEqual(["GREETING"]);
  });

  test("by rid takes the first accepted connection of that rid", () => {
    const accepted = [1, 2].map(() =>
      allocConn(m, out, { reqFuncs: "client", notifyUp: undefined, notifyDown: undefined }),
    );
    for (const h of accepted) connOf(m, h).rid = 11 as Rid;
    connOf(m, conn).accepted = accepted;
    submit({ rid: 11 as Rid }).run();
    expect(accepted.map((h) => connOf(m, h).resendQueue.length)).toEqual([1, 0]);
    expect(submit({ rid: 12 as Rid }).run()).toEqual({ done: { error: "ENOTCONN" } });
  });

  test("fails once unmount is forced", () => {
    m.super.forcingUnmount = true;
    expect(submit().run()).toEqual({ done: { error: "ENOLINK" } });
  });

  test("what the wire does not know arrives as EINVAL", () => {
    submit({ response: true, id: 4, error: "ESHUTDOWN" }).run();
    expect(connOf(m, conn).sendQueue[0]).toMatchObject({ id: 4, error: "EINVAL" });
  });
});

describe("message queues", () => {
  test("a request is found by id and command until it is dead", () => {
    submitMany(2);
    const c = connOf(m, conn);
    const found = findRequest(c, "LOCK", 2);
    expect(found?.id).toBe(2);
    expect(findRequest(c, "FAREWELL", 2)).toBeUndefined();
    if (found !== undefined) queueDeadFree(m, out, conn, found);
    expect(findRequest(c, "LOCK", 2)).toBeUndefined();
    expect(c.sendQueue.map((msend) => msend.id)).toEqual([2, 1]);
  });

  test("an acknowledgement frees responses up to its seq, and no request", () => {
    for (const response of [true, false, true]) submit({ response, id: 9 }).run();
    freeAckedResponses(m, out, conn, 2);
    const dead = connOf(m, conn).sendQueue.filter((msend) => msend.dead);
    expect(dead.map((msend) => msend.seq)).toEqual([1]);
  });
});

describe("scoutfs_net_send_worker", () => {
  test("sends in order, 16 at a time, and keeps all to resend", () => {
    submitMany(17);
    connOf(m, conn).recvSeq = 40;
    const s = worker();
    for (let i = 0; i < 17; i++) {
      expect(s.run()).toMatchObject({ wait: "room" });
      expect(s.holds()).toBe(true);
    }
    expect(s.run()).toEqual({ done: {} });
    expect(sentIds()).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
    expect(s.labels.filter((label) => label === "collect")).toHaveLength(3);
    expect(fake.sent[0]).toMatchObject({ seq: 1, recvSeq: 40 });
    expect(connOf(m, conn)).toMatchObject({ sendQueue: [] });
    expect(connOf(m, conn).resendQueue).toHaveLength(17);
  });

  test("sends a message twice when another was answered meanwhile", () => {
    submitMany(3);
    const c = connOf(m, conn);
    const [answered] = c.sendQueue.splice(0, 1);
    if (answered !== undefined) c.resendQueue.push(answered);
    const s = worker();
    s.run();
    s.holds();
    if (answered !== undefined) queueDeadFree(m, out, conn, answered);
    s.run();
    s.holds();
    s.run();
    s.holds();
    expect(s.run()).toEqual({ done: {} });
    expect(sentIds()).toEqual([2, 3, 3]);
    expect(c.resendQueue.map((msend) => msend.id)).toEqual([2, 3]);
  });

  test("waits for room in the socket, and shuts the connection down on its error", () => {
    submitMany(1);
    const s = worker();
    s.run();
    fake.sendResult = false;
    expect(s.holds()).toBe(false);
    expect(s.blames()).toContain("the send buffer is full");
    fake.sendResult = "EPIPE";
    expect(s.holds()).toBe(true);
    expect(s.run()).toEqual({ done: {} });
    expect(connOf(m, conn).flags.shuttingDown).toBe(true);
    expect(connOf(m, conn).sendQueue).toHaveLength(1);
  });

  test("marks the farewell as seen when its response is collected, before it is sent", () => {
    submit({ cmd: "FAREWELL", response: true, id: 3 }).run();
    worker().run();
    expect(connOf(m, conn).flags.sawFarewell).toBe(true);
  });
});

describe("scoutfs_net_sync_request", () => {
  const args = () => ({ conn, cmd: "GET_ROOTS", data: {} }) as const;

  test("waits for the response and hands on its error", () => {
    const s = stepper(netSyncRequest, m, out, args());
    const { args: submitted } = s.run();
    s.run({ value: 1 });
    expect(s.holds()).toBe(false);
    const { respData } = submitted as SubmitArgs;
    const response = { conn, data: undefined, error: "ECONNABORTED", respData } as const;
    stepper(syncResponse, m, out, response).run();
    expect(s.holds()).toBe(true);
    expect(s.run()).toEqual({ done: { error: "ECONNABORTED" } });
    expect(() => stepper(syncResponse, m, out, response).run()).toThrow("to be alive");
  });

  test("fails at once when it cannot be submitted", () => {
    const s = stepper(netSyncRequest, m, out, args());
    s.run();
    expect(s.run({ error: "ENOLINK" })).toEqual({ done: { error: "ENOLINK" } });
  });
});
