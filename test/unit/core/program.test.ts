// What must not compile in a program. The type checker is the test: each line below a
// `@ts-expect-error` has to be an error, or the check of types fails.

import { expect, test } from "vitest";
import { done, type Protocol, program, unreachable, us } from "../../../src/core/index.ts";

type Datagram = { readonly is: "ping" } | { readonly is: "pong"; readonly n: number };

interface Tiny extends Protocol {
  State: { count: number };
  Rules: { twice(): boolean };
  Api: object;
  Calls: { tiny: { of: number }; other: { text: string } };
  Datagram: Datagram;
  Message: never;
  Block: never;
  Record: { readonly kind: "ticked"; readonly n: number };
  Queue: "wq";
  WaitQueue: "waitq";
  Mutex: "mutex";
}

const base = { name: "tiny", source: "(test)", start: "a", waits: {} } as const;
const locals = (_a: { of: number }) => ({ n: 0 });

test("a program keeps its labels, locals and names in its type", () => {
  const p = program<Tiny>()({
    ...base,
    locals,
    waits: {
      count: {
        on: () => "waitq",
        until: (l, m) => m.count > l.n,
        blames: () => ({ who: "nobody", because: "it is a test" }),
      },
    },
    steps: {
      a: (l, m) => (m.count > l.n ? "b" : { wait: "count", then: "b" }),
      b: (_l) => ({ call: "other", args: { text: "x" }, then: "c" }),
      c: (_l, _m, _o, ret) => done(ret),
    },
  });
  expect(Object.keys(p.steps)).toEqual(["a", "b", "c"]);
});

test("what is wrong does not compile", () => {
  program<Tiny>()({
    ...base,
    locals,
    // @ts-expect-error "nowhere" is not a label
    steps: { a: (_l) => "nowhere" },
  });
  program<Tiny>()({
    ...base,
    locals,
    steps: {
      // @ts-expect-error this wait is not declared
      a: (_l) => ({ wait: "count", then: "a" }),
    },
  });
  program<Tiny>()({
    ...base,
    locals,
    steps: {
      // @ts-expect-error the called program takes a text
      a: (_l) => ({ call: "other", args: { of: 1 }, then: "a" }),
    },
  });
  program<Tiny>()({
    ...base,
    locals,
    steps: {
      a(l, m, out) {
        // @ts-expect-error there is no such local
        l.missing = 1;
        // @ts-expect-error there is no such state
        m.missing = 1;
        // @ts-expect-error no wait queue has that name
        out.wake("nobody");
        // @ts-expect-error "other" takes more than which one it is, so it is no work item
        out.queueWork("wq", "other");
        // @ts-expect-error the record has a number
        out.emit({ kind: "ticked", n: "1" });
        return { sleep: us(1), then: "a" };
      },
    },
  });
  // @ts-expect-error no program of the protocol has that name
  program<Tiny>()({ ...base, name: "stranger", locals, steps: { a: (_l) => done() } });
  const handle = (d: Datagram): number => {
    switch (d.is) {
      case "ping":
        return 1;
      default:
        // @ts-expect-error "pong" was forgotten
        return unreachable(d);
    }
  };
  expect(handle({ is: "ping" })).toBe(1);
});
