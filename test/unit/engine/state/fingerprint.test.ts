// What a fingerprint must tell apart, and what a clone must not share with its original.

import { describe, expect, test } from "vitest";
import { build, start } from "../../../../sim/engine/build.ts";
import { seeded } from "../../../../sim/engine/chooser.ts";
import { allowStale, startIo } from "../../../../sim/engine/device.ts";
import type { MountData } from "../../../../sim/engine/state/state.ts";
import type { World } from "../../../../sim/engine/world.ts";
import { search } from "../../../../sim/explore/exhaustive.ts";
import { address, type HostId, us } from "../../../../src/core/index.ts";
import { type Op, type Script, scriptPrograms, scriptWorld } from "../../../support/script.ts";

const sleeper: Op[] = [{ op: "sleep", us: 100 }];

describe("a fingerprint tells apart", () => {
  const changed = (w: World<Script>, change: (m: MountData<Script>) => void): boolean => {
    const before = w.fingerprint();
    change(w.mount(0));
    return w.fingerprint() !== before;
  };

  test("a task from another that took its slot: who holds a reference asks whether it runs", () => {
    const w = scriptWorld([sleeper]);
    const replace = (m: MountData<Script>) => {
      const [task] = m.tasks;
      if (task !== undefined) m.tasks[0] = { ...task, generation: 99 };
    };
    expect(changed(w, replace)).toBe(true);
  });

  test("which task left the result of a slot, even an empty one", () => {
    const w = scriptWorld([sleeper]);
    expect(changed(w, (m) => m.results.set(1, { generation: 7, ret: {} }))).toBe(true);
    expect(changed(w, (m) => m.results.set(1, { generation: 8, ret: {} }))).toBe(true);
  });

  test("when a read was issued, where reads may be stale", () => {
    const read = (issuedAt: number): string => {
      const w = scriptWorld([sleeper]);
      allowStale(w.device(), "b", 50);
      w.device().past.set("b", []);
      startIo(w, 0, 0, { op: "read", block: "b" });
      const [flight] = w.device().inFlight.values();
      if (flight !== undefined) w.device().inFlight.set(flight.id, { ...flight, issuedAt });
      return w.fingerprint();
    };
    expect(read(0)).not.toBe(read(-40));
  });

  test("a listener that answered from one that took its slot", () => {
    const w = scriptWorld([sleeper]);
    w.out.enter(0, 0);
    w.out.connect(address(0 as HostId, 9), us(1000));
    const before = w.fingerprint();
    const [stream] = w.net().streams;
    if (stream !== undefined) stream.listener = { mount: -1, socket: -1, generation: 3 };
    expect(w.fingerprint()).not.toBe(before);
  });
});

describe("a clone", () => {
  test("shares no value that a task was given and may change", () => {
    const w = scriptWorld([sleeper]);
    const [task] = w.mount(0).tasks;
    const value = { list: [1] };
    if (task !== undefined) task.ret = { value };
    w.mount(0).results.set(3, { generation: 9, ret: { value: { list: [2] } } });
    const copy = w.clone();
    const theirs = copy.mount(0).tasks[0]?.ret.value;
    expect(theirs).toEqual(value);
    expect(theirs).not.toBe(value);
    const given = (x: World<Script>) => x.mount(0).results.get(3)?.ret.value;
    expect(given(copy)).toEqual({ list: [2] });
    expect(given(copy)).not.toBe(given(w));
  });

  test("names the same place as its original when the machine itself finds a CRASH", () => {
    const jobs: Op[][] = [
      [{ op: "queue", queue: "gone", job: 1, afterUs: 500 }],
      [...sleeper, { op: "sleep", us: 5000 }],
    ];
    const w = scriptWorld(jobs, [0, 1]);
    w.runFor(300);
    const copy = w.clone();
    w.runFor(1000);
    copy.runFor(1000);
    expect(w.violations.map((v) => v.place)).toEqual(["the machine"]);
    expect(copy.violations).toEqual(w.violations);
  });
});

describe("in order mode", () => {
  test("a start after a fixed delay does not come before all else of its time", () => {
    const w = build<Script>({
      programs: scriptPrograms,
      rules: {},
      api: {},
      chooser: seeded("order"),
      hosts: 1,
      mounts: [
        { host: 0, name: "m0", state: { log: [], flags: new Set(), jobs: [sleeper, sleeper] } },
      ],
      scheduling: { start: { min: 10, max: 10 }, preemptWithin: 0 },
      ordering: {},
    });
    start(w, 0, "job", { of: 0 });
    start(w, 0, "job", { of: 1 });
    w.now = 10;
    expect(w.mayHappenNext()).toHaveLength(2);
  });

  test("a search looks at the world that it begins with", () => {
    const w = scriptWorld([sleeper], [0], { ordering: {} });
    const check = (x: World<Script>) => (x.seq === 0 ? "wrong from the start" : undefined);
    const found = search(w, { states: 10, depth: 10, check });
    expect(found.counterexample).toEqual({ text: "wrong from the start", path: [] });
  });
});
