// What a step changed: how a change is named, and that putting it back leaves all else.

import { expect, test } from "vitest";
import { beforeStep } from "../../../../sim/cluster/mutants/changes.ts";
import { allocate, free, lookup, type Table, table } from "../../../../src/core/index.ts";

interface Conn {
  seq: number;
  flags: { shut: boolean };
  queue: { id: number; cmd: string }[];
}
const conn = (): Conn => ({ seq: 1, flags: { shut: false }, queue: [] });

interface State {
  term: number;
  seen: Record<string, boolean>;
  conns: Table<Conn>;
}
function world() {
  const conns = table<Conn>("connection");
  const state: State = { term: 3, seen: { m1: true }, conns };
  return {
    state,
    locals: { at: 0, msg: undefined as string | undefined },
    h: allocate(conns, conn()),
  };
}

type World = ReturnType<typeof world>;

/** The paths that a step changes, or the world in which one is as before. */
function pathsOf(w: World, step: (w: World) => void): string[] {
  const paths = new Set<string>();
  const undo = beforeStep(w.state, w.locals);
  step(w);
  undo((path) => {
    paths.add(path);
    return false;
  });
  return [...paths];
}
function forgets(w: World, only: string, step: (w: World) => void): World {
  const undo = beforeStep(w.state, w.locals, only);
  step(w);
  undo((path) => path === only);
  return w;
}

test("a change is named without keys and indices", () => {
  const w = world();
  allocate(w.state.conns, conn());
  const paths = pathsOf(w, ({ state, locals }) => {
    state.term = 4;
    state.seen.m2 = true;
    for (const { value } of state.conns.slots) if (value !== undefined) value.seq++;
    locals.at = 1;
  });
  expect(paths.toSorted()).toEqual(["conns[*].seq", "locals.at", "seen[*]", "term"]);
});

test("nothing has changed in what was written anew with the same content", () => {
  const same = ({ state }: World) => {
    state.seen = { ...state.seen };
  };
  expect(pathsOf(world(), same)).toEqual([]);
});

test("a list of other things has changed as a whole", () => {
  const w = world();
  const of = lookup(w.state.conns, w.h) as Conn;
  of.queue = [{ id: 1, cmd: "LOCK" }];
  const path = ["conns[*].queue"];
  expect(pathsOf(w, () => of.queue.push({ id: 2, cmd: "LOCK" }))).toEqual(path);
  expect(pathsOf(w, () => of.queue.splice(0, 2, { id: 3, cmd: "A" }, { id: 4, cmd: "B" }))).toEqual(
    path,
  );
  const change = () => {
    of.queue = of.queue.map((one) => ({ ...one, cmd: "C" }));
  };
  expect(pathsOf(w, change)).toEqual(["conns[*].queue[*].cmd"]);
});

test("a local that had no value keeps the one it got", () => {
  const w = world();
  const gets = ({ locals }: World) => {
    locals.msg = "VOTE";
  };
  expect(pathsOf(w, gets)).toEqual([]);
  const changes = ({ locals }: World) => {
    locals.msg = "HEARTBEAT";
  };
  expect(pathsOf(w, changes)).toEqual(["locals.msg"]);
  expect(forgets(w, "locals.msg", gets).locals.msg).toBe("HEARTBEAT");
});

test("one path is put back, and no other", () => {
  const step = ({ state, locals, h }: World) => {
    const of = lookup(state.conns, h) as Conn;
    of.seq = 9;
    of.flags.shut = true;
    state.term = 4;
    locals.at = 1;
  };
  const { state, locals, h } = forgets(world(), "conns[*].flags.shut", step);
  expect(lookup(state.conns, h)).toMatchObject({ seq: 9, flags: { shut: false } });
  expect([state.term, locals.at]).toEqual([4, 1]);
  expect(forgets(world(), "locals.at", step)).toMatchObject({
    locals: { at: 0 },
    state: { term: 4 },
  });
});

test("what is allocated is gone again, what is freed is back", () => {
  const w = world();
  const freed = forgets(w, "conns[*]", ({ state, h }) => free(state.conns, h));
  expect(lookup(freed.state.conns, w.h)).toEqual(conn());
  forgets(w, "conns[*]", ({ state }) => allocate(state.conns, conn()));
  expect(w.state.conns.slots.length).toBe(1);
});

test("a key that was added goes, one that was taken comes back", () => {
  const w = forgets(world(), "seen[*]", ({ state }) => {
    state.seen.m2 = true;
    delete state.seen.m1;
  });
  expect(w.state.seen).toEqual({ m1: true });
});

test("what somebody else may share is not written to", () => {
  const w = world();
  const block: Record<string, boolean> = { m1: false, m2: true };
  forgets(w, "seen[*]", ({ state }) => {
    state.seen = block;
  });
  expect([block, w.state.seen]).toEqual([{ m1: false, m2: true }, { m1: true }]);
});
