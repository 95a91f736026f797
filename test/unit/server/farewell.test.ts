// Who may leave, in which order, and what an error leaves behind; see src/server/farewell.ts.

import { beforeEach, describe, expect, test } from "vitest";
import type { Ret } from "../../../src/core/index.ts";
import { allocate } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";
import type { Connection, SubmitArgs } from "../../../src/net/types.ts";
import type { Scoutfs } from "../../../src/protocol.ts";
import { RECOV_GREETING, RECOV_LOCKS } from "../../../src/recov/api.ts";
import { serverNotifyDown } from "../../../src/server/clients.ts";
import { farewellWorker, queueFarewellWork, serverFarewell } from "../../../src/server/farewell.ts";
import type { MountedClient } from "../../../src/server/types.ts";
import { bindings, client, mountWithServer, rid } from "../../support/scoutfs.ts";
import { type Ran, runSteps, type StepsOptions } from "../../support/steps.ts";

let m: Mount;
beforeEach(() => {
  m = mountWithServer();
});

const quorum = (n: number) => client(n, "quorum");
const other = (n: number) => client(n, "other");
function mounted(...clients: readonly MountedClient[]): void {
  m.server.dirtySuper.mountedClients = [...clients];
}
function asked(...rids: readonly number[]): void {
  m.server.farewellRequests = rids.map((n) => ({ rid: rid(n), netId: n * 10 }));
}
const waiting = () => m.server.farewellRequests.map((fw) => fw.rid);

interface Worked extends Ran {
  /** The rids in the order of their reclaim, and of their response. */
  readonly reclaimed: number[];
  readonly responded: number[];
}
type Calls = (name: string, of: number) => Ret | undefined;

function work(onCall?: Calls, over: Partial<StepsOptions<Scoutfs>> = {}): Worked {
  const reclaimed: number[] = [];
  const responded: number[] = [];
  const ran = runSteps<Scoutfs>(farewellWorker, { of: 0 }, m, {
    ...bindings,
    ...over,
    onCall(name, args) {
      const of = (args as { readonly rid?: number }).rid ?? 0;
      if (name === "reclaim_rid") reclaimed.push(of);
      if (name === "submit_send") responded.push(of);
      return onCall?.(name, of);
    },
  });
  return { ...ran, reclaimed, responded };
}

describe("asking", () => {
  const connect = (n: number) =>
    allocate(m.net.conns, { rid: rid(n), infoListed: true } as Connection);
  const ask = (before?: (label: string) => void) => {
    const args = { conn: connect(9), cmd: "FAREWELL", id: 44, data: undefined };
    const o = before === undefined ? bindings : { ...bindings, before };
    return runSteps<Scoutfs>(serverFarewell, args, m, o);
  };

  test("one that was heard first can be overtaken on its way into the list", () => {
    ask((label) => {
      if (label === "add") asked(4);
    });
    expect(waiting()).toEqual([4, 9]);
  });

  test("is put at the tail, and the worker is asked for", () => {
    asked(4);
    expect(ask().did).toEqual(["call queue_farewell_work"]);
    expect(m.server.farewellRequests.at(-1)).toEqual({ rid: 9, netId: 44 });
  });

  test("the worker is queued unless the server is stopping when it looks", () => {
    const queue = (before?: (label: string) => void) =>
      runSteps<Scoutfs>(queueFarewellWork, {}, m, before ? { ...bindings, before } : bindings).did;
    expect(queue()).toEqual(["queue farewell_worker"]);
    const stopAtQueue = (label: string) => {
      if (label === "queue") m.server.status = "STOPPING";
    };
    expect(queue(stopAtQueue)).toEqual(["queue farewell_worker"]);
    expect(queue()).toEqual([]);
  });

  test("what is queued goes with the connection, and only that", () => {
    asked(4, 5, 4);
    m.server.clients = [rid(4), rid(5)];
    const args = { conn: connect(4), rid: rid(4) };
    const ran = runSteps<Scoutfs>(serverNotifyDown, args, m, bindings);
    expect(waiting()).toEqual([5]);
    expect(m.server.clients).toEqual([5]);
    expect(ran.records).toEqual([{ kind: "server_client_down", rid: 4, nr_clients: 1 }]);
  });

  test("a connection that goes before it has greeted stops the server, as a listener would", () => {
    const { conn } = m.server;
    const ran = runSteps<Scoutfs>(serverNotifyDown, { conn, rid: rid(0) }, m, bindings);
    expect(ran.did).toEqual(["call stop_server"]);
  });
});

describe("who may go", () => {
  test("mounts that are no quorum members go, the last that asked first", () => {
    mounted(quorum(1), other(4), other(5));
    asked(4, 5);
    const { reclaimed, responded } = work();
    expect(reclaimed).toEqual([5, 4]);
    expect(responded).toEqual([5, 4]);
    expect(waiting()).toEqual([]);
  });

  test("whoever has no item was reclaimed before, and goes", () => {
    mounted(quorum(1));
    asked(9);
    expect(work().responded).toEqual([9]);
  });

  test("a member goes while more than a majority of the slots stays", () => {
    mounted(quorum(1), quorum(2), quorum(3));
    asked(3, 2);
    const { responded, notes } = work();
    expect(responded).toEqual([3]);
    expect(waiting()).toEqual([2]);
    expect(notes).toContain("farewell of a quorum member waits for the others");
  });

  test("the last members go together, in the order in which they asked", () => {
    mounted(quorum(1), quorum(2));
    asked(2, 1);
    expect(work().responded).toEqual([2, 1]);
  });

  test("the last members stay while any other mount has not asked", () => {
    mounted(quorum(1), quorum(2), other(4));
    asked(1, 2);
    expect(work().responded).toEqual([]);
    expect(waiting()).toEqual([1, 2]);
  });

  test("a mount that asks with them counts as gone, and is answered before them", () => {
    mounted(quorum(1), quorum(2), other(4));
    asked(1, 4, 2);
    expect(work().responded).toEqual([4, 1, 2]);
  });

  test("with two slots one vote is enough", () => {
    m = mountWithServer({ slots: 2 });
    mounted(quorum(1), quorum(2));
    asked(2);
    expect(work().responded).toEqual([2]);
  });

  test("two requests of one member count as two: it goes and the other loses its majority", () => {
    mounted(quorum(1), quorum(2));
    asked(2, 2);
    expect(work().responded).toEqual([2, 2]);
  });

  test("two requests of one mount hide another that has not asked", () => {
    mounted(quorum(1), other(4), other(5));
    asked(4, 4, 1);
    expect(work().responded).toEqual([4, 4, 1]);
  });

  test("more requests than mounts wrap the count, and the last member stays", () => {
    mounted(quorum(1), other(4));
    asked(4, 4, 1);
    expect(work().responded).toEqual([4, 4]);
    expect(waiting()).toEqual([1]);
  });
});

describe("waiting for lock recovery", () => {
  test("who still recovers locks waits behind those who wait for the quorum", () => {
    mounted(quorum(1), quorum(2), other(4), other(5));
    asked(4, 1, 5);
    m.recov.pending = [{ rid: rid(4), which: RECOV_LOCKS }];
    const { responded, notes } = work();
    expect(responded).toEqual([5]);
    expect(waiting()).toEqual([1, 4]);
    expect(notes).toContain("farewell waits for lock recovery");
  });

  test("recovery of the greeting alone does not hold it", () => {
    mounted(other(4));
    asked(4);
    m.recov.pending = [{ rid: rid(4), which: RECOV_GREETING }];
    expect(work().responded).toEqual([4]);
  });

  test("is asked of the rule, so that a variant can answer otherwise", () => {
    mounted(other(4));
    asked(4);
    m.recov.pending = [{ rid: rid(4), which: RECOV_LOCKS }];
    const rules = { ...bindings.rules, mustWaitForLockRecovery: () => false };
    expect(work(undefined, { rules }).responded).toEqual([4]);
  });
});

describe("the order of steps", () => {
  test("reads the items one by one under the mutex", () => {
    mounted(quorum(1), other(4));
    const { did } = work();
    const one = ["lock server.mounted_clients_mutex", "unlock server.mounted_clients_mutex"];
    expect(did).toEqual([...one, ...one, ...one]);
  });

  test("reclaims all before it answers the first", () => {
    mounted(other(4), other(5));
    asked(4, 5);
    expect(work().did.filter((line) => line.startsWith("call"))).toEqual([
      "call reclaim_rid",
      "call reclaim_rid",
      "call submit_send",
      "call submit_send",
    ]);
  });

  test("the response carries the id of the request, through the listener", () => {
    mounted(other(4));
    asked(4);
    let sent: SubmitArgs | undefined;
    runSteps<Scoutfs>(farewellWorker, { of: 0 }, m, {
      ...bindings,
      onCall(name, args) {
        if (name === "submit_send") sent = args as SubmitArgs;
        return undefined;
      },
    });
    expect(sent).toMatchObject({ conn: m.server.conn, rid: 4, cmd: "FAREWELL", id: 40 });
  });

  test("what comes meanwhile is behind the rest, and asks for another run", () => {
    mounted(quorum(1), quorum(2));
    asked(1);
    const before = (label: string) => {
      if (label === "giveBack") asked(2);
    };
    const ran = work(undefined, { before });
    expect(waiting()).toEqual([1, 2]);
    expect(ran.did.at(-1)).toBe("call queue_farewell_work");
  });

  test("what merely goes back asks for none", () => {
    mounted(quorum(1), quorum(2));
    asked(1);
    expect(work().did).not.toContain("call queue_farewell_work");
  });
});

describe("errors", () => {
  test("a btree error while counting gives all back and stops the server", () => {
    mounted(other(4));
    asked(4, 5);
    m.server.btreeError = "EIO";
    const ran = work();
    expect(waiting()).toEqual([4, 5]);
    expect(ran.did.at(-1)).toBe("call stop_server");
    expect(ran.reclaimed).toEqual([]);
  });

  test("a btree error while sorting puts those who could go before the others", () => {
    mounted(quorum(1), other(4), other(5));
    asked(1, 4, 5);
    let sorts = 0;
    const before = (label: string) => {
      if (label === "sort" && ++sorts === 3) m.server.btreeError = "ENOLINK";
    };
    expect(work(undefined, { before }).did.at(-1)).toBe("call stop_server");
    expect(waiting()).toEqual([4, 1, 5]);
  });

  test("a failed reclaim answers nobody, not even those whose reclaim is done", () => {
    mounted(other(4), other(5));
    asked(4, 5);
    const ran = work((name, of) => (name === "reclaim_rid" && of === 4 ? { error: "EIO" } : {}));
    expect(ran.reclaimed).toEqual([5, 4]);
    expect(ran.responded).toEqual([]);
    expect(waiting()).toEqual([5, 4]);
    expect(ran.did.at(-1)).toBe("call stop_server");
  });

  test("a response that cannot be sent keeps the later ones back and is no error", () => {
    mounted(other(4), other(5), other(6));
    asked(4, 5, 6);
    const ran = work((name, of) =>
      name === "submit_send" && of === 5 ? { error: "ENOTCONN" } : {},
    );
    expect(ran.responded).toEqual([6, 5]);
    expect(waiting()).toEqual([5, 4]);
    expect(ran.did).not.toContain("call stop_server");
    expect(ran.did).not.toContain("call queue_farewell_work");
  });

  test("an error and new requests: the server stops and no run is asked for", () => {
    m.server.btreeError = "EIO";
    const before = (label: string) => {
      if (label === "giveBack") asked(2);
    };
    const { did } = work(undefined, { before });
    expect(did).toContain("call stop_server");
    expect(did).not.toContain("call queue_farewell_work");
  });

  test("a server without its connection crashes where the C would follow a null pointer", () => {
    mounted(other(4));
    asked(4);
    m.server.conn = undefined;
    expect(() => work()).toThrow("expected the server to have its connection");
    asked(4);
    m.super.forcingUnmount = true;
    expect(work().responded).toEqual([]);
    expect(waiting()).toEqual([4]);
  });
});
