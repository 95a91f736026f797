// Hosts: power, pauses, slow processors, clocks that run fast or slow.

import { describe, expect, test } from "vitest";
import { blockNames, peekBlock, putBlock } from "../../../sim/engine/device.ts";
import {
  holdWrite,
  isolate,
  killMount,
  pause,
  powerOff,
  powerOn,
  releaseIo,
  releaseWrites,
  resume,
  setClock,
  setSlow,
  settleWrites,
  stall,
  stallIo,
  startDelay,
  timerDelay,
} from "../../../sim/engine/hosts.ts";
import { emptyHost, fakeMachine } from "../../support/fake-device-machine.ts";

// Mounts 0 and 1 share host 0; mount 2 has host 1.
const shared = { hostOf: [0, 0, 1] };
const SURVIVES = 0;
const LOST = 1;

describe("power", () => {
  test("off: every mount of the host is dead and empty; the other host is untouched", () => {
    const f = fakeMachine(shared);
    for (const id of [0, 1, 2]) {
      const m = f.machine.mount(id);
      m.waiters.set("q", [0]);
      m.timers.set("t", { gen: 1, armed: true });
      f.read(id, "b");
    }
    powerOff(f.machine, 0);
    const dead = { alive: false, tasks: [], sockets: [], waiters: new Map(), timers: new Map() };
    expect(f.machine.host(0).up).toBe(false);
    expect(f.machine.mount(0)).toMatchObject(dead);
    expect(f.machine.mount(1)).toMatchObject(dead);
    expect(f.machine.mount(2)).toMatchObject({ alive: true, waiters: new Map([["q", [0]]]) });
    f.run(1000);
    expect(f.told).toEqual(["110 m2 ok"]);
  });

  test("off: a write that had not landed lands or is lost, each on its own", () => {
    const f = fakeMachine(shared);
    f.draws.set("write lost", [SURVIVES, LOST]);
    f.write(0, "a", "survives");
    f.write(1, "b", "is lost");
    powerOff(f.machine, 0);
    f.run(1000);
    expect(blockNames(f.device)).toEqual(["a"]);
    expect(f.ios()).toEqual(["m0 issue", "m1 issue", "m1 lost", "m0 land"]);
    expect(f.told).toEqual([]);
    expect(f.device.inFlight.size).toBe(0);
  });

  test("off after the landing: the write stays and nobody is told", () => {
    const f = fakeMachine();
    f.write(0, "a", "x");
    f.run(105);
    powerOff(f.machine, 0);
    f.run(1000);
    expect(peekBlock(f.device, "a")).toBe("x");
    expect(f.told).toEqual([]);
  });

  test("settled: what survives has landed by then, and nothing of the host lands later", () => {
    const f = fakeMachine();
    stallIo(f.machine, 0);
    f.write(0, "a", "survives");
    f.run(500);
    powerOff(f.machine, 0);
    settleWrites(f.machine, 0);
    expect(peekBlock(f.device, "a")).toBe("survives");
    putBlock(f.device, "a", "newer");
    releaseIo(f.machine, 0);
    f.run(1000);
    expect(peekBlock(f.device, "a")).toBe("newer");
  });

  test("isolated after the power loss: a write that was still flying is lost", () => {
    const f = fakeMachine();
    f.write(0, "a", "flies");
    powerOff(f.machine, 0);
    isolate(f.machine, 0);
    f.run(1000);
    expect(blockNames(f.device)).toEqual([]);
    expect(f.device.inFlight.size).toBe(0);
  });

  test("a held write outlives power loss and settling, and lands when released", () => {
    const f = fakeMachine();
    f.write(0, "a", "late");
    holdWrite(f.machine, 0);
    f.run(500);
    powerOff(f.machine, 0);
    settleWrites(f.machine, 0);
    isolate(f.machine, 0);
    f.run(500);
    expect(blockNames(f.device)).toEqual([]);
    releaseWrites(f.machine, 0);
    f.run(500);
    expect(peekBlock(f.device, "a")).toBe("late");
  });

  test("a write that was to be held and has not begun by the release is not held", () => {
    const f = fakeMachine();
    holdWrite(f.machine, 0);
    releaseWrites(f.machine, 0);
    f.write(0, "a", "in time");
    f.run(500);
    expect(peekBlock(f.device, "a")).toBe("in time");
  });

  test("on: the host has booted once more, its mounts stay dead", () => {
    const f = fakeMachine();
    powerOn(f.machine, 0);
    expect(f.machine.host(0).boots).toBe(1);
    powerOff(f.machine, 0);
    powerOff(f.machine, 0);
    powerOn(f.machine, 0);
    expect(f.machine.host(0)).toMatchObject({ up: true, boots: 2, paused: false });
    expect(f.machine.mount(0).alive).toBe(false);
  });

  test("off while paused: what was kept is gone and the host boots running", () => {
    const f = fakeMachine();
    pause(f.machine, 0);
    f.happens(0, "tick", 10);
    f.run(20);
    powerOff(f.machine, 0);
    powerOn(f.machine, 0);
    expect(f.machine.host(0)).toMatchObject({ paused: false, held: [] });
  });

  test("one mount dies: its neighbour on the same host goes on", () => {
    const f = fakeMachine(shared);
    f.read(0, "a");
    f.read(1, "a");
    killMount(f.machine, 0);
    f.run(1000);
    expect(f.machine.host(0).up).toBe(true);
    expect(f.machine.mount(1).alive).toBe(true);
    expect(f.told).toEqual(["110 m1 ok"]);
  });
});

describe("a pause", () => {
  test("keeps what comes and lets it happen late, in order; other hosts go on", () => {
    const f = fakeMachine(shared);
    pause(f.machine, 0);
    f.happens(0, "second", 20);
    f.happens(1, "first", 10);
    f.happens(2, "elsewhere", 30);
    f.run(100);
    expect(f.ran).toEqual(["30 m2 elsewhere"]);
    resume(f.machine, 0);
    f.run(0);
    expect(f.ran).toEqual(["30 m2 elsewhere", "100 m1 first", "100 m0 second"]);
  });

  test("does not stop the device: a write lands, and is told after the pause", () => {
    const f = fakeMachine();
    f.write(0, "a", "x");
    pause(f.machine, 0);
    f.run(1000);
    expect(peekBlock(f.device, "a")).toBe("x");
    expect(f.told).toEqual([]);
    resume(f.machine, 0);
    f.run(0);
    expect(f.told).toEqual(["1000 m0 ok"]);
  });

  test("a host whose I/O is stalled is not paused: everything else of it happens", () => {
    const f = fakeMachine();
    stallIo(f.machine, 0);
    f.happens(0, "packet", 10);
    f.run(20);
    expect(f.ran).toEqual(["10 m0 packet"]);
  });

  test("a mount that died meanwhile is not told of its I/O", () => {
    const f = fakeMachine(shared);
    f.read(0, "a");
    pause(f.machine, 0);
    f.run(1000);
    killMount(f.machine, 0);
    resume(f.machine, 0);
    f.run(1000);
    expect(f.told).toEqual([]);
  });

  test("a stall is a pause whose end the plan is told of", () => {
    const f = fakeMachine();
    stall(f.machine, 0, 500, { do: "resume" });
    expect(f.machine.host(0).paused).toBe(true);
    f.run(499);
    expect(f.ran).toEqual([]);
    f.run(1);
    expect(f.ran).toHaveLength(1);
  });

  test("a host without power cannot be paused, and one that runs cannot be resumed", () => {
    const f = fakeMachine();
    powerOff(f.machine, 0);
    pause(f.machine, 0);
    resume(f.machine, 1);
    expect(f.machine.host(0).paused).toBe(false);
    expect(f.records.filter((r) => r.data.did === "resume")).toEqual([]);
  });
});

describe("speed", () => {
  test("the clock stretches timers and leaves starts alone; slowness the reverse", () => {
    const f = fakeMachine();
    setClock(f.machine, 0, 1100);
    setSlow(f.machine, 1, 3000);
    const [clock, slow] = [f.machine.host(0), f.machine.host(1)];
    expect([timerDelay(clock, 1000), startDelay(clock, 1000)]).toEqual([1100, 1000]);
    expect([timerDelay(slow, 1000), startDelay(slow, 1000)]).toEqual([1000, 3000]);
  });

  test("a true clock changes nothing, and no delay becomes none", () => {
    expect(timerDelay(emptyHost(), 10_000_019)).toBe(10_000_019);
    expect(timerDelay({ ...emptyHost(), clockPermille: 900 }, 1)).toBe(1);
  });
});
