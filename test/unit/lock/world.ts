// A small world for lock.c: one mount with its lock programs, users that hold a lock for a while,
// and a server that is played by hand: a test sends grants, invalidations and recovery itself.

import { build, start } from "../../../sim/engine/build.ts";
import { seeded } from "../../../sim/engine/chooser.ts";
import { type Hold, open } from "../../../sim/engine/kernel/holds.ts";
import type { Monitor } from "../../../sim/engine/trace/monitor.ts";
import type { World } from "../../../sim/engine/world.ts";
import { mainApi } from "../../../src/api.ts";
import type { AnyProgram, Errno, Rid, TaskRef } from "../../../src/core/index.ts";
import { done, fail, program, us } from "../../../src/core/index.ts";
import { lockPrograms } from "../../../src/lock/index.ts";
import { lockOf, lookupLock } from "../../../src/lock/locks.ts";
import type {
  Lock,
  LockHandle,
  LockKey,
  LockMode,
  LockNeeds,
  LockProtocol,
  LockRange,
  LockRules,
  NetLock,
  RangeCached,
} from "../../../src/lock/types.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";
import type { Calls, Scoutfs } from "../../../src/protocol.ts";
import { main } from "../../../src/rules.ts";

interface TestMount extends Mount {
  readonly test: {
    requestError: Errno | undefined;
    responseError: Errno | undefined;
    syncError: Errno | undefined;
    syncUs: number;
    transSeq: number;
    cached: RangeCached;
    /** What the users and the caches went through, in order. */
    readonly log: string[];
    readonly users: { who: string; task: TaskRef }[];
  };
}
interface User extends LockRange {
  readonly who: string;
  readonly us: number;
}
interface TestLock extends Scoutfs {
  readonly State: TestMount;
  readonly Calls: Calls & { user: User; signal: { who: string }; server_grants: NetLock };
}
export type LockWorld = World<TestLock>;

/** The verbs as lock.c knows them. */
// biome-ignore lint/suspicious/noExplicitAny: the test's state is wider than the protocol's
const plainly = (out: any) => out;

const user = program<TestLock>()({
  name: "user",
  source: "(a task that uses a lock)",
  start: "lock",
  locals: (a: User) => ({ ...a, lock: undefined as LockHandle | undefined }),
  waits: {},
  steps: {
    lock({ who, us: _us, lock: _lock, ...range }, m, out) {
      m.test.users.push({ who, task: out.self });
      return { call: "lock_key_range", args: range, then: "use" };
    },
    use(l, m, _out, { value, error }) {
      m.test.log.push(`${l.who} ${error ?? `uses ${l.mode}`}`);
      if (error !== undefined) return fail(error);
      l.lock = value as LockHandle;
      return { sleep: us(l.us), then: "unlock" };
    },
    unlock(l, m, out) {
      m.test.log.push(`${l.who} leaves`);
      out.api.unlock(m, plainly(out), l.lock as LockHandle, l.mode);
      return done();
    },
  },
});

const signal = program<TestLock>()({
  name: "signal",
  source: "(kill)",
  start: "send",
  locals: (a: { who: string }) => a,
  waits: {},
  steps: {
    send(l, m, out) {
      const found = m.test.users.find(({ who }) => who === l.who);
      if (found !== undefined) out.interrupt(found.task);
      return done();
    },
  },
});

const serverGrants = program<TestLock>()({
  name: "server_grants",
  source: "(client.c:client_lock_response)",
  start: "receive",
  locals: (a: NetLock) => a,
  waits: {},
  steps: {
    receive(l, m, out) {
      out.api.grantResponse(m, plainly(out), l);
      return done();
    },
  },
});

const answering = (
  name: "scoutfs_client_lock_request" | "scoutfs_client_lock_response",
  which: "requestError" | "responseError",
) =>
  program<TestLock>()({
    name,
    source: `(client.c:${name})`,
    start: "submit",
    locals: () => ({}),
    waits: {},
    steps: { submit: (_l, m) => done({ error: m.test[which] }) },
  });

const recoverResponse = program<TestLock>()({
  name: "scoutfs_client_lock_recover_response",
  source: "(client.c:scoutfs_client_lock_recover_response)",
  start: "submit",
  locals: () => ({}),
  waits: {},
  steps: { submit: (_l, m) => done({ error: m.test.responseError }) },
});

const transSync = program<TestLock>()({
  name: "scoutfs_trans_sync",
  source: "(trans.c:scoutfs_trans_sync)",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m) {
      m.test.log.push("sync begins");
      return { sleep: us(m.test.syncUs), then: "end" };
    },
    end(_l, m) {
      const { log, syncError } = m.test;
      log.push(`sync ${syncError ?? "ends"}`);
      if (syncError === undefined) m.test.transSeq++;
      return done({ error: syncError });
    },
  },
});

const itemInvalidate = program<TestLock>()({
  name: "scoutfs_item_invalidate",
  source: "(item.c:scoutfs_item_invalidate)",
  start: "drop",
  locals: (a: LockNeeds["scoutfs_item_invalidate"]) => a,
  waits: {},
  steps: {
    drop(l, m) {
      m.test.log.push(`drop ${l.start}`);
      return done();
    },
  },
});

const hand = [
  user,
  signal,
  serverGrants,
  answering("scoutfs_client_lock_request", "requestError"),
  answering("scoutfs_client_lock_response", "responseError"),
  recoverResponse,
  transSync,
  itemInvalidate,
] as unknown as readonly AnyProgram<TestLock>[];

interface Seen {
  readonly kind: string;
  readonly data: { readonly [field: string]: unknown };
}
const witness: Monitor<TestLock, Seen[]> = {
  promise: "(test)",
  wants: ["*"],
  start: () => [],
  on({ kind, data }, state) {
    state.push({ kind, data: data as Seen["data"] });
  },
};

export interface Options {
  readonly idleCount?: number;
  readonly rules?: Partial<LockRules>;
  readonly seed?: string;
}

export function lockWorld(o: Options = {}): LockWorld {
  const mine = new Set(hand.map(({ name }) => name));
  const rest = (lockPrograms as unknown as readonly AnyProgram<TestLock>[]).filter(
    ({ name }) => !mine.has(name),
  );
  const plain = mountState({ rid: 1 as Rid, lockIdleCount: o.idleCount ?? 100 });
  const test: TestMount["test"] = {
    requestError: undefined,
    responseError: undefined,
    syncError: undefined,
    syncUs: 1000,
    transSeq: 1,
    cached: { cached: false, dirty: false },
    log: [],
    users: [],
  };
  const api = {
    ...mainApi,
    sysfsStored: () => undefined,
    transSampleSeq: (m: Mount) => (m as TestMount).test.transSeq,
    itemRangeCached: (m: Mount) => (m as TestMount).test.cached,
  };
  const w = build<TestLock>({
    programs: [...rest, ...hand],
    rules: { ...main, ...o.rules },
    api: api as unknown as LockProtocol["Api"],
    chooser: seeded(o.seed ?? "lock"),
    hosts: 1,
    mounts: [{ host: 0, name: "m0", state: { ...plain, test } }],
    monitors: [witness],
  });
  run(w, "scoutfs_lock_setup");
  return w;
}

/** Long enough for whatever waits for nobody and syncs nothing. */
const MOMENT = 900;

export const state = (w: LockWorld): TestMount => w.mount(0).state;
export const soon = (w: LockWorld, forUs = MOMENT): void => w.runFor(forUs);
/** Starts a program and lets it do what it can. */
export function run(w: LockWorld, name: string, args: object = {}): void {
  start(w, 0, name, args);
  soon(w);
}

const END_OF = 99;
export const K = (n: number): LockKey => (n * 100) as LockKey;

/** Each lock covers a hundred keys. Without `us` it is held for good. */
export function use(
  w: LockWorld,
  who: string,
  mode: LockMode,
  over: Partial<User> & { readonly key?: number } = {},
): void {
  const { key = 1, us: forUs = 1e9, ...rest } = over;
  const range = { start: K(key), end: (K(key) + END_OF) as LockKey };
  run(w, "user", { who, mode, us: forUs, ...range, ...rest });
}

const message = (key: number, oldMode: LockMode, newMode: LockMode): NetLock => ({
  key: K(key),
  writeSeq: 7,
  oldMode,
  newMode,
});
export function grant(w: LockWorld, newMode: LockMode, oldMode: LockMode = "null", key = 1): void {
  run(w, "server_grants", message(key, oldMode, newMode));
}
export function invalidate(
  w: LockWorld,
  netId: number,
  [from, to]: readonly [LockMode, LockMode],
  key = 1,
): void {
  run(w, "scoutfs_lock_invalidate_request", { netId, lock: message(key, from, to) });
}
export const recover = (w: LockWorld, netId: number, key = 0): void =>
  run(w, "scoutfs_lock_recover_request", { netId, key });

/** A lock that is granted and idle. */
export function idle(w: LockWorld, mode: LockMode, key = 1): void {
  use(w, `u${key}`, mode, { key, us: 1 });
  grant(w, mode, "null", key);
  log(w).length = 0;
}
/** A lock with one user. */
export function held(w: LockWorld, mode: LockMode, key = 1, forUs?: number): void {
  use(w, `u${key}`, mode, forUs === undefined ? { key } : { key, us: forUs });
  grant(w, mode, "null", key);
  log(w).length = 0;
}

export const log = (w: LockWorld): string[] => state(w).test.log;
export const seen = (w: LockWorld, kind: string): Seen["data"][] =>
  (w.monitorState(0) as Seen[]).filter((x) => x.kind === kind).map(({ data }) => data);
export const notes = (w: LockWorld): unknown[] =>
  (w.monitorState(0) as Seen[])
    .filter(({ kind }) => kind === "note")
    .map(({ data }) => Object.values(data).join(" "));
/** The messages to the server as `id: old to new`, those of requests without an id. */
export const sent = (w: LockWorld, kind: "cl_lock_request" | "cl_lock_response"): string[] =>
  seen(w, kind).map((f) => `${f.id ?? "ask"}: ${f.old} to ${f.new} at ${f.key}`);
export function lockAt(w: LockWorld, key = 1): Lock | undefined {
  const m = state(w);
  const h = lookupLock(m, K(key));
  return h === undefined ? undefined : lockOf(m, h);
}
export const crashes = (w: LockWorld): string[] => w.violations.map(({ text }) => text);

export function hold(w: LockWorld, name: string, label: string): Hold {
  const until = { is: "released" } as const;
  const it: Hold = { program: name, label, until, mount: -1, held: [], open: false };
  w.holds.push(it);
  return it;
}
export function release(w: LockWorld, it: Hold): void {
  open(w, it);
  soon(w);
}
export const isHeld = (it: Hold): boolean => it.held.length > 0;
export const waitsOf = (w: LockWorld): string[] =>
  w.peekMount(0).tasks.flatMap((t) => {
    const top = t?.frames[t.frames.length - 1];
    return t?.park === undefined || top === undefined ? [] : [`${top.program} @ ${top.label}`];
  });
