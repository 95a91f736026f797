// A server with its clients as far as the model goes now: one mount whose server is up, a listener,
// an accepted connection per client, their items in mounted_clients. What is not modelled yet has a
// stand-in here, each saying what it stands for; scenarios start those whose name begins with
// "slice_" to play the parts of clients and requests.

import { mainApi } from "../../src/api.ts";
import {
  type Address,
  type AnyProgram,
  done,
  type Errno,
  free,
  type Out,
  program,
  type Rid,
  us,
} from "../../src/core/index.ts";
import type { LockHandle, LockKey, LockMode } from "../../src/lock/types.ts";
import { mountState } from "../../src/mount/state.ts";
import type { Mount } from "../../src/mount/types.ts";
import { allocConn, shutdownConn } from "../../src/net/connections.ts";
import { programs } from "../../src/programs.ts";
import type { Calls, Rules, Scoutfs } from "../../src/protocol.ts";
import { votesNeeded } from "../../src/quorum/config.ts";
import { main } from "../../src/rules.ts";
import { newHold } from "../../src/server/hold.ts";
import type { HoldHandle } from "../../src/server/types.ts";
import { type Blueprint, build, start } from "../engine/build.ts";
import { seeded } from "../engine/chooser.ts";
import type { Monitor } from "../engine/trace/monitor.ts";
import type { World } from "../engine/world.ts";

interface SliceCalls extends Calls {
  slice_setup: { clients: readonly SliceClient[]; recovering: readonly Rid[] };
  slice_farewell: { rid: number };
  slice_request: { blocks: number; us: number; error?: Errno };
  slice_recovered: { rid: number };
  slice_forced_unmount: object;
  slice_shutdown: object;
  slice_lock: { key: number; mode: LockMode; us: number };
  slice_grant: { of: number };
}

export interface Slice extends Scoutfs {
  readonly Calls: SliceCalls;
}

export interface SliceClient {
  readonly rid: Rid;
  readonly quorum: boolean;
}

/** The verbs as the protocol's own functions know them: without the stand-ins. */
const plainly = (out: Out<Slice>): Out<Scoutfs> => out as unknown as Out<Scoutfs>;

/** Allocates what a started server has. */
const setup = program<Slice>()({
  name: "slice_setup",
  source: "(stands for scoutfs_server_worker, the listen worker and the greetings)",
  start: "setup",
  locals: (a: SliceCalls["slice_setup"]) => a,
  waits: {},
  steps: {
    setup(l, m, out) {
      out.createQueue("server.wq", 512);
      out.createQueue("net.shutdown_workq", 512);
      out.createQueue("net.destroy_workq", 512);
      out.createQueue("lock.workq", 1);
      const notify = {
        reqFuncs: "server",
        notifyUp: "server_notify_up",
        notifyDown: "server_notify_down",
      } as const;
      const listener = allocConn(m, plainly(out), notify);
      m.server.conn = listener;
      m.lockServer.setUp = true;
      for (const { rid, quorum } of l.clients) {
        const conn = allocConn(m, plainly(out), notify);
        const c = conns(m, conn.id);
        c.rid = rid;
        c.listening = listener;
        conns(m, listener.id).accepted.push(conn);
        c.infoListed = true;
        m.server.clients.push(rid);
        m.server.dirtySuper.mountedClients.push({ rid, address: rid as number as Address, quorum });
      }
      for (const rid of l.recovering) out.api.recovPrepare(m, rid, RECOV_LOCKS);
      m.recov.begun = l.recovering.length > 0;
      return done();
    },
  },
});

const RECOV_LOCKS = 2;

function conns(m: Mount, id: number) {
  const conn = m.net.conns.slots[id]?.value;
  if (conn === undefined) throw new Error(`the slice has no connection in slot ${id}`);
  return conn;
}

const farewell = program<Slice>()({
  name: "slice_farewell",
  source: "(stands for the receive worker with a FAREWELL of that client)",
  start: "receive",
  locals: (a: { rid: number }) => a,
  waits: {},
  steps: {
    receive(l, m, out) {
      const slot = m.net.conns.slots.findIndex((s) => s.value?.rid === l.rid);
      const generation = m.net.conns.slots[slot]?.generation;
      if (generation === undefined) {
        out.ignored("that client has no connection");
        return done();
      }
      const conn = { id: slot, generation };
      return {
        call: "server_farewell",
        args: { conn, cmd: "FAREWELL", id: l.rid, data: undefined },
        then: "handled",
      };
    },
    handled: (_l) => done(),
  },
});

/** Holds the commit, dirties blocks, takes a while, applies; or fails, if it is given an error. */
const request = program<Slice>()({
  name: "slice_request",
  source: "(stands for a request that commits, as server_alloc_inodes)",
  start: "hold",
  locals: (a: SliceCalls["slice_request"]) => ({ ...a, hold: undefined as HoldHandle | undefined }),
  waits: {},
  steps: {
    hold(l, m) {
      l.hold = newHold(m);
      return { call: "server_hold_commit", args: { hold: l.hold }, then: "dirty" };
    },
    dirty(l, m, out) {
      out.api.serverDirtyBlocks(m, plainly(out), l.blocks);
      return { sleep: us(l.us), then: "apply" };
    },
    apply: (l) => ({
      call: "server_apply_commit",
      args: { hold: l.hold as HoldHandle, err: l.error },
      then: "respond",
    }),
    respond(l, m, out, { error }) {
      free(m.server.holds, l.hold as HoldHandle);
      out.note(error === undefined ? "a request was committed" : `a request failed: ${error}`);
      return done();
    },
  },
});

const recovered = program<Slice>()({
  name: "slice_recovered",
  source: "(stands for the last LOCK_RECOVER response of that client)",
  start: "finish",
  locals: (a: { rid: number }) => a,
  waits: {},
  steps: {
    finish: (l) => ({
      call: "scoutfs_server_recov_finish",
      args: { rid: l.rid as Rid, which: RECOV_LOCKS },
      then: "finished",
    }),
    finished: (_l) => done(),
  },
});

const forcedUnmount = program<Slice>()({
  name: "slice_forced_unmount",
  source: "(stands for scoutfs_umount_begin)",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m) {
      m.super.forcingUnmount = true;
      return done();
    },
  },
});

const shutdown = program<Slice>()({
  name: "slice_shutdown",
  source: "(stands for the server's worker that shuts its listener down)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: {
    shutdown(_l, m, out) {
      if (m.server.conn === undefined) return done();
      shutdownConn(m, plainly(out), m.server.conn);
      return { flush: "farewell_worker", then: "flushed" };
    },
    flushed(_l, _m, out) {
      out.note("the listener shuts down");
      return done();
    },
  },
});

/** A task that uses a lock for a while. */
const lock = program<Slice>()({
  name: "slice_lock",
  source: "(stands for a system call that locks an inode group)",
  start: "lock",
  locals: (a: SliceCalls["slice_lock"]) => ({ ...a, lock: undefined as LockHandle | undefined }),
  waits: {},
  steps: {
    lock: (l) => ({
      call: "lock_key_range",
      args: { mode: l.mode, start: l.key as LockKey, end: l.key as LockKey },
      then: "use",
    }),
    use(l, _m, _out, { value, error }) {
      if (error !== undefined) return done({ error });
      l.lock = value as LockHandle;
      return { sleep: us(l.us), then: "unlock" };
    },
    unlock(l, m, out) {
      out.api.unlock(m, plainly(out), l.lock as LockHandle, l.mode);
      return done();
    },
  },
});

const lockRequest = program<Slice>()({
  name: "scoutfs_client_lock_request",
  source: "(stands for client.c and the lock server: grants what is asked for after a while)",
  start: "ask",
  locals: (a: Calls["scoutfs_client_lock_request"]) => a,
  waits: {},
  steps: {
    ask(l, _m, out) {
      const mode = MODES.indexOf(l.newMode);
      out.armTimer(["slice_grant", l.key * MODES.length + mode], us(1000));
      return done();
    },
  },
});

const MODES: readonly LockMode[] = ["null", "read", "write", "write_only"];

const grant = program<Slice>()({
  name: "slice_grant",
  source: "(stands for the grant that arrives)",
  start: "grant",
  locals: (a: { of: number }) => a,
  waits: {},
  steps: {
    grant(l, m, out) {
      const newMode = MODES[l.of % MODES.length] ?? "null";
      const key = Math.floor(l.of / MODES.length) as LockKey;
      out.api.grantResponse(m, plainly(out), { key, writeSeq: 1, oldMode: "null", newMode });
      return done();
    },
  },
});

const standIns = [
  setup,
  farewell,
  request,
  recovered,
  forcedUnmount,
  shutdown,
  lock,
  lockRequest,
  grant,
] as unknown as AnyProgram<Slice>[];

/** What a stand-in stands for here is left out. */
const plain = (programs as unknown as AnyProgram<Slice>[]).filter(({ name }) =>
  standIns.every((p) => p.name !== name),
);

function startedMount(slots: number): Mount {
  const m = mountState({ rid: 1 as Rid, lockIdleCount: 16 });
  m.quorum.info = { votesNeeded: votesNeeded(slots) } as Mount["quorum"]["info"];
  return { ...m, server: { ...m.server, status: "UP", term: 1 } };
}

export interface SliceOptions {
  readonly clients?: readonly SliceClient[];
  readonly recovering?: readonly Rid[];
  readonly slots?: number;
  readonly seed?: string;
  readonly rules?: Rules;
  readonly monitors?: readonly Monitor<Slice>[];
  readonly blueprint?: Partial<Blueprint<Slice>>;
}

export function sliceWorld(o: SliceOptions = {}): World<Slice> {
  const w = build<Slice>({
    programs: [...plain, ...standIns],
    rules: o.rules ?? main,
    api: {
      ...mainApi,
      sysfsStored: () => undefined,
      notifyDownLocked: () => undefined,
    },
    chooser: seeded(o.seed ?? "slice"),
    hosts: 1,
    mounts: [{ host: 0, name: "server", state: startedMount(o.slots ?? 3) }],
    ...(o.monitors === undefined ? {} : { monitors: o.monitors }),
    ...o.blueprint,
  });
  const clients = o.clients ?? [];
  start(w, 0, "slice_setup", { clients, recovering: o.recovering ?? [] });
  return w;
}
