// The shared device: atomic writes with two moments, and every fault of a host's way to it.

import { describe, expect, test } from "vitest";
import {
  allowStale,
  blockNames,
  cloneDevice,
  peekBlock,
  putBlock,
  scaled,
  slowestIoUs,
} from "../../../sim/engine/device.ts";
import {
  failIo,
  holdWrite,
  isolate,
  readmit,
  releaseIo,
  releaseWrites,
  slowIo,
  stallIo,
} from "../../../sim/engine/hosts.ts";
import { deepClone } from "../../../sim/engine/state/clone.ts";
import { fakeMachine } from "../../support/fake-device-machine.ts";

// Without draws a read samples and a write lands after 100 us, and 10 us later the task is told.

describe("a healthy device", () => {
  test("a write takes effect at its landing and is told later", () => {
    const f = fakeMachine();
    f.write(0, "super", "one");
    f.run(99);
    expect(peekBlock(f.device, "super")).toBeUndefined();
    f.run(1);
    expect(f.device.blocks.get("super")).toMatchObject({ content: "one", version: 1, writer: 0 });
    expect(f.told).toEqual([]);
    f.run(10);
    expect(f.told).toEqual(["110 m0 ok"]);
    expect(f.ios()).toEqual(["m0 issue", "m0 land", "m0 complete"]);
    expect(slowestIoUs(f.device)).toBe(f.device.options.landMax);
    expect(f.device.inFlight.size).toBe(0);
  });

  test("a read returns what is current when it lands, not when it is issued or told", () => {
    const f = fakeMachine();
    putBlock(f.device, "b", "old");
    f.read(0, "b");
    f.run(50);
    putBlock(f.device, "b", "new");
    f.run(50);
    putBlock(f.device, "b", "newest");
    f.run(10);
    expect(f.told).toEqual(["110 m0 new"]);
  });

  test("a read of a block that was never written returns no value and no error", () => {
    const f = fakeMachine();
    f.read(0, "nothing");
    f.run(200);
    expect(f.told).toEqual(["110 m0 ok"]);
  });

  test("writes land in the order of their latencies, not of their issue", () => {
    const f = fakeMachine();
    f.draws.set("write land", [300, 0]);
    f.write(0, "b", "slow");
    f.write(1, "b", "quick");
    f.run(1000);
    expect(f.device.blocks.get("b")).toMatchObject({ content: "slow", version: 2, writer: 0 });
  });

  test("a task that no longer waits is not told", () => {
    const f = fakeMachine();
    f.read(0, "b");
    const task = f.machine.mount(0).tasks[0];
    if (task !== undefined) task.resume++;
    f.run(200);
    expect(f.told).toEqual([]);
  });

  test("block names come in one order, whatever the order of the writes", () => {
    const f = fakeMachine();
    for (const name of ["q10", "super", "q1"]) putBlock(f.device, name, name);
    expect(blockNames(f.device)).toEqual(["q1", "q10", "super"]);
  });

  test("a clone goes its own way, and a deep copy is the same data", () => {
    const f = fakeMachine();
    putBlock(f.device, "b", "one");
    f.write(0, "b", "two");
    const copy = cloneDevice(f.device);
    expect(deepClone(f.device)).toEqual(copy);
    f.run(1000);
    expect(peekBlock(copy, "b")).toBe("one");
    expect(copy.inFlight.size).toBe(1);
  });
});

describe("stale reads", () => {
  const written = (window: number) => {
    const f = fakeMachine();
    allowStale(f.device, "q", window);
    putBlock(f.device, "q1", "one", 0, 0);
    f.run(1000);
    putBlock(f.device, "q1", "two", 0, 1000);
    f.run(1000);
    return f;
  };

  test("a version is seen that was current within the window", () => {
    const f = written(1001);
    f.draws.set("stale read", [1]);
    f.read(1, "q1");
    f.run(200);
    expect(f.told).toEqual(["2110 m1 one"]);
  });

  test("a version that was replaced before the window is never a choice", () => {
    const f = written(1000);
    f.draws.set("stale read", [1]);
    f.read(1, "q1");
    f.run(200);
    expect(f.told).toEqual(["2110 m1 two"]);
  });

  test("the draw 0 is the current version, and what was replaced in flight may be seen", () => {
    const f = written(0);
    f.draws.set("stale read", [0, 1]);
    f.read(0, "q1");
    f.read(1, "q1");
    f.run(50);
    putBlock(f.device, "q1", "three", 0, 2050);
    f.run(200);
    expect(f.told).toEqual(["2110 m0 three", "2110 m1 two"]);
  });

  test("other blocks keep no history, and history is bounded", () => {
    const f = written(10);
    for (let i = 0; i < 50; i++) {
      putBlock(f.device, "q1", `${i}`);
      putBlock(f.device, "super", `${i}`);
    }
    expect(f.device.past.get("q1")).toHaveLength(8);
    expect(f.device.past.has("super")).toBe(false);
  });
});

describe("one host's way to the device", () => {
  test("stalled: what is issued or in flight waits; the other host goes on", () => {
    const f = fakeMachine();
    f.write(0, "a", "in flight");
    f.run(50);
    stallIo(f.machine, 0);
    f.write(0, "b", "issued later");
    f.write(1, "c", "other host");
    f.run(10_000);
    expect(blockNames(f.device)).toEqual(["c"]);
    expect(f.told).toEqual(["160 m1 ok"]);
    releaseIo(f.machine, 0);
    f.run(1000);
    expect(blockNames(f.device)).toEqual(["a", "b", "c"]);
    expect(f.told).toHaveLength(3);
  });

  test("stalled after the landing: the effect is there, the news is not", () => {
    const f = fakeMachine();
    f.write(0, "a", "x");
    f.run(105);
    stallIo(f.machine, 0);
    f.run(1000);
    expect(peekBlock(f.device, "a")).toBe("x");
    expect(f.told).toEqual([]);
    releaseIo(f.machine, 0);
    f.run(10);
    expect(f.told).toEqual(["1115 m0 ok"]);
    expect(f.ios().filter((io) => io === "m0 land")).toHaveLength(1);
  });

  test("failing: EIO and no effect, by the share asked for; the other host goes on", () => {
    const f = fakeMachine();
    failIo(f.machine, 0, 500);
    f.draws.set("io error", [1, 0]);
    f.write(0, "a", "fails");
    f.write(0, "b", "passes");
    f.write(1, "c", "other host");
    f.run(1000);
    expect(f.told).toEqual(["110 m0 EIO", "110 m0 ok", "110 m1 ok"]);
    expect(blockNames(f.device)).toEqual(["b", "c"]);
  });

  test("isolated: EIO at once for what is in flight and what comes; nothing lands", () => {
    const f = fakeMachine();
    f.write(0, "a", "in flight");
    f.write(1, "c", "other host");
    f.run(50);
    isolate(f.machine, 0);
    f.write(0, "b", "issued later");
    f.read(0, "c");
    f.run(1000);
    expect(f.told).toEqual(["50 m0 EIO", "50 m0 EIO", "50 m0 EIO", "110 m1 ok"]);
    expect(blockNames(f.device)).toEqual(["c"]);
    readmit(f.machine, 0);
    f.write(0, "b", "again");
    f.run(1000);
    expect(peekBlock(f.device, "b")).toBe("again");
  });

  test("isolated while stalled: what was stuck fails and does not land at the release", () => {
    const f = fakeMachine();
    stallIo(f.machine, 0);
    f.write(0, "a", "stuck");
    f.run(1000);
    isolate(f.machine, 0);
    f.run(0);
    expect(f.told).toEqual(["1000 m0 EIO"]);
    releaseIo(f.machine, 0);
    f.run(1000);
    expect(blockNames(f.device)).toEqual([]);
    expect(f.device.inFlight.size).toBe(0);
  });

  test("isolated between landing and completion: it took effect and is told EIO once", () => {
    const f = fakeMachine();
    f.write(0, "a", "x");
    f.run(105);
    isolate(f.machine, 0);
    f.run(1000);
    expect(peekBlock(f.device, "a")).toBe("x");
    expect(f.told).toEqual(["105 m0 EIO"]);
  });

  test("slow: latencies stretch for that host alone", () => {
    const f = fakeMachine();
    slowIo(f.machine, 0, 2500);
    f.read(0, "a");
    f.read(1, "a");
    f.run(1000);
    expect(f.told).toEqual(["110 m1 ok", "275 m0 ok"]);
  });
});

describe("a held write (beyond)", () => {
  test("lands after its host was isolated, though the writer was told EIO", () => {
    const f = fakeMachine();
    f.write(0, "a", "late");
    holdWrite(f.machine, 0);
    f.run(1000);
    expect(f.told).toEqual([]);
    isolate(f.machine, 0);
    f.run(1000);
    expect(f.told).toEqual(["1000 m0 EIO"]);
    putBlock(f.device, "a", "new leader");
    releaseWrites(f.machine, 0);
    f.run(1000);
    expect(f.device.blocks.get("a")).toMatchObject({ content: "late", version: 2, writer: 0 });
    expect(f.told).toHaveLength(1);
    expect(f.device.inFlight.size).toBe(0);
  });

  test("with no write in flight the next one is kept, and only that one", () => {
    const f = fakeMachine();
    holdWrite(f.machine, 0);
    f.read(0, "a");
    f.write(1, "b", "other host");
    f.write(0, "c", "kept");
    f.write(0, "d", "not kept");
    f.run(1000);
    expect(blockNames(f.device)).toEqual(["b", "d"]);
    releaseWrites(f.machine, 0);
    f.run(1000);
    expect(blockNames(f.device)).toEqual(["b", "c", "d"]);
    expect(f.told).toHaveLength(4);
  });

  test("released before its moment it lands once, when it would have", () => {
    const f = fakeMachine();
    f.write(0, "a", "x");
    holdWrite(f.machine, 0);
    releaseWrites(f.machine, 0);
    f.run(1000);
    expect(f.told).toEqual(["110 m0 ok"]);
    expect(f.device.blocks.get("a")?.version).toBe(1);
  });
});

test("scaling is exact, rounds up and leaves a true clock alone", () => {
  expect(scaled(12_345, 1000)).toBe(12_345);
  expect(scaled(1, 1)).toBe(1);
  expect(scaled(0, 5000)).toBe(0);
  expect(scaled(1001, 1500)).toBe(1502);
  expect(scaled(8_640_000_000_001, 1000)).toBe(8_640_000_000_001);
});
