// Tasks that start tasks: spawn, asking whether one still runs, waiting for its result.

import { expect, test } from "vitest";
import { build, start } from "../../../../sim/engine/build.ts";
import { seeded } from "../../../../sim/engine/chooser.ts";
import { done, type Protocol, program, type TaskRef, us } from "../../../../src/core/index.ts";

interface Family extends Protocol {
  State: { log: string[] };
  Rules: object;
  Api: object;
  Calls: { parent: object; child: { name: string } };
  Datagram: never;
  Message: never;
  Block: never;
  Record: { readonly kind: "none" };
  Queue: "none";
  WaitQueue: "none";
  Mutex: "none";
}

const parent = program<Family>()({
  name: "parent",
  source: "(test)",
  start: "spawn",
  locals: () => ({ child: undefined as TaskRef | undefined }),
  waits: {
    child: {
      on: () => "task",
      until: (l, _m, out) => l.child !== undefined && !out.isRunning(l.child),
      blames: () => ({ who: "child", because: "it has not ended" }),
    },
  },
  steps: {
    spawn(l, m, out) {
      l.child = out.spawn("child", { name: "anna" });
      m.log.push(`runs ${out.isRunning(l.child)}`);
      return { wait: "child", then: "ended" };
    },
    ended(l, m, out) {
      const ret = l.child === undefined ? undefined : out.resultOf(l.child);
      m.log.push(`${ret?.value} ${ret?.error}`);
      return done();
    },
  },
});

const child = program<Family>()({
  name: "child",
  source: "(test)",
  start: "sleep",
  locals: (a: { name: string }) => a,
  waits: {},
  steps: {
    sleep: (_l) => ({ sleep: us(500), then: "end" }),
    end(l, m) {
      m.log.push(`${l.name} ends`);
      return done({ value: 7, error: "EIO" });
    },
  },
});

test("a parent waits for its child and takes what it returned", () => {
  const w = build<Family>({
    programs: [parent, child],
    rules: {},
    api: {},
    chooser: seeded("family"),
    hosts: 1,
    mounts: [{ host: 0, name: "m0", state: { log: [] } }],
  });
  start(w, 0, "parent");
  w.runFor(10_000);
  expect(w.peekMount(0).state.log).toEqual(["runs true", "anna ends", "7 EIO"]);
});

test("two programs of one name, and a call of one that is not there, are refused by name", () => {
  const make = (programs: readonly never[]) =>
    build<Family>({
      programs,
      rules: {},
      api: {},
      chooser: seeded("family"),
      hosts: 1,
      mounts: [{ host: 0, name: "m0", state: { log: [] } }],
    });
  expect(() => make([child, child] as never[])).toThrow("two programs are called child");
  const w = make([parent] as never[]);
  start(w, 0, "parent");
  expect(() => w.runFor(1000)).toThrow("no program is called child");
});
