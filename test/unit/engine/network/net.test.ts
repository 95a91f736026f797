// Ways between hosts: a fault of one leaves the other direction and the other traffic alone.

import { describe, expect, test } from "vitest";
import {
  openDatagrams,
  receiveDatagram,
  sendDatagram,
} from "../../../../sim/engine/network/datagrams.ts";
import {
  clog,
  cut,
  healAll,
  isolateHost,
  partition,
  partitionOneWay,
  setLink,
  type Traffic,
} from "../../../../sim/engine/network/links.ts";
import { createNet, pairOf, wayOf } from "../../../../sim/engine/network/net.ts";
import { send } from "../../../../sim/engine/network/streams.ts";
import { deepClone } from "../../../../sim/engine/state/clone.ts";
import type { SocketId } from "../../../../src/core/index.ts";
import { at, FakeMachine, ok, PORT, pair } from "../../../support/fake-machine.ts";

const HOSTS = [0, 1, 2, 3];

/** Which of all ordered pairs a datagram gets through, as "from>to". */
function reached(fault: (m: FakeMachine) => void): string[] {
  const m = new FakeMachine({ hosts: HOSTS });
  const sockets = HOSTS.map((mount) => ok(openDatagrams(m, mount, PORT)));
  fault(m);
  for (const from of HOSTS) {
    for (const to of HOSTS) {
      if (from !== to) sendDatagram(m, from, sockets[from] as SocketId, at(to), `${from}>${to}`);
    }
  }
  m.run(1000);
  return sockets.flatMap((socket, mount) => {
    const got: string[] = [];
    for (let d = receiveDatagram(m, mount, socket); d; d = receiveDatagram(m, mount, socket)) {
      got.push(d.body);
    }
    return got.toSorted((a, b) => (a < b ? -1 : 1));
  });
}

const all = reached(() => {});
const without = (...gone: string[]) => all.filter((x) => !gone.includes(x));

describe("partitions cut the named pairs and no other", () => {
  test("nothing is cut at first", () => expect(all).toHaveLength(12));

  test("symmetric", () => {
    const cutOff = without("0>2", "0>3", "1>2", "1>3", "2>0", "2>1", "3>0", "3>1");
    expect(reached((m) => partition(m, [0, 1], [2, 3]))).toEqual(cutOff);
  });

  test("one-way", () => {
    expect(reached((m) => partitionOneWay(m, [0], [2, 3]))).toEqual(without("0>2", "0>3"));
  });

  test("one host isolated", () => {
    const cutOff = without("0>2", "1>2", "3>2", "2>0", "2>1", "2>3");
    expect(reached((m) => isolateHost(m, 2, { hosts: 4 }))).toEqual(cutOff);
  });

  test("two groups joined by a bridge", () => {
    const cutOff = without("0>2", "0>3", "2>0", "3>0");
    expect(reached((m) => partition(m, [0], [2, 3]))).toEqual(cutOff);
  });

  test("streams only leaves datagrams alone", () => {
    expect(reached((m) => partition(m, [0, 1], [2, 3], { datagrams: false }))).toEqual(all);
  });

  test("healing ends cuts and clogs and keeps latencies", () => {
    const mended = reached((m) => {
      setLink(m, 0, 1, { minUs: 7, maxUs: 9 });
      partition(m, [0, 1], [2, 3]);
      clog(m, 0, 1);
      healAll(m, 4);
      expect(wayOf(m.net(), 0, 1).delay).toEqual({ min: 7, max: 9 });
    });
    expect(mended).toEqual(all);
  });
});

describe("ways", () => {
  test("are ordered pairs with an asker of their own", () => {
    const names = HOSTS.flatMap((from) => HOSTS.map((to) => pairOf(from, to)));
    expect(new Set(names).size).toBe(16);
  });

  test("the ways within a host have defaults of their own, and may be set too", () => {
    const m = new FakeMachine({ net: { link: { minUs: 500, maxUs: 600 } } });
    expect(wayOf(m.net(), 0, 1).link.minUs).toBe(500);
    expect(wayOf(m.net(), 1, 1).link.minUs).toBe(5);
    setLink(m, 1, 1, { minUs: 3, maxUs: 3 });
    expect(wayOf(m.net(), 1, 1).delay).toEqual({ min: 3, max: 3 });
    expect(wayOf(m.net(), 0, 0).link.minUs).toBe(5);
  });

  test("a latency whose bounds are crossed is refused", () => {
    const m = new FakeMachine();
    expect(() => setLink(m, 0, 1, { minUs: 9, maxUs: 3 })).toThrow("minUs <= maxUs");
  });

  test.each<[string, Traffic, boolean, boolean]>([
    ["both", {}, true, true],
    ["datagrams", { streams: false }, true, false],
    ["streams", { datagrams: false }, false, true],
  ])("a cut of %s sets just that", (_name, what, datagramsCut, streamsCut) => {
    const m = new FakeMachine();
    cut(m, 0, 1, what);
    expect(wayOf(m.net(), 0, 1).link).toMatchObject({ datagramsCut, streamsCut });
    expect(wayOf(m.net(), 1, 0).link).toMatchObject({ datagramsCut: false, streamsCut: false });
  });
});

test("the network is plain data: a copy is equal and independent", () => {
  const m = new FakeMachine();
  const [c] = pair(m);
  clog(m, 0, 1);
  send(m, 0, c, 1);
  const before = deepClone(m.net());
  expect(before).toEqual(m.net());
  expect(JSON.parse(JSON.stringify(before.streams))).toEqual(
    JSON.parse(JSON.stringify(m.net().streams)),
  );
  send(m, 0, c, 2);
  expect(before).not.toEqual(m.net());
  expect(createNet()).toEqual(createNet({}));
});
