// Programs that stand in a twin for what the model does not have yet, or what a recording drives
// from outside: each is named here and nowhere else, and goes when its folder is modelled.

import { done, type Protocol, program } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";

/** What a recording has told of a mount that no program of the model holds yet. */
export interface TwinPart {
  /** Its client has asked to leave. */
  leaves: boolean;
  /** Its client's farewell is answered, or its item is gone. */
  mayLeave: boolean;
  /** Clients whose first greeting has begun, each of which will make the farewell worker look. */
  greetings: number;
  /** The last server that clients could reach. */
  listensInTerm: number;
}

interface TwinState extends Mount {
  readonly twin: TwinPart;
}

interface Twin extends Protocol {
  State: TwinState;
  // biome-ignore lint/suspicious/noExplicitAny: it calls programs of every folder
  Calls: any;
}

/** `umount`, with or without -f. */
const umount = program<Twin>()({
  name: "twin umount",
  source: "(umount(8))",
  start: "begin",
  locals: (a: { readonly force: boolean }) => ({ force: a.force }),
  waits: {},
  steps: {
    begin: (l) => (l.force ? { call: "scoutfs_umount_begin", args: {}, then: "kill" } : "kill"),
    kill: (_l) => ({ call: "scoutfs_kill_sb", args: {}, then: "gone" }),
    gone: (_l) => done(),
  },
});

/** The end of the first greeting of a client: its item is committed, and farewells may count it. */
const greeted = program<Twin>()({
  name: "twin greeted",
  source: "(the part of server.c:server_greeting that other programs see)",
  start: "queue",
  locals: () => ({}),
  waits: {},
  steps: {
    queue(_l, _m, out) {
      out.queueWork("server.wq", "farewell_worker");
      return done();
    },
  },
});

const farewell = program<Twin>()({
  name: "twin farewell",
  source: "(server.c:server_farewell, for a client whose connection is not modelled)",
  start: "add",
  locals: (a: { readonly rid: number; readonly id: number }) => a,
  waits: {},
  steps: {
    add(l, m) {
      m.server.farewellRequests.push({ rid: l.rid as never, netId: l.id });
      return { call: "queue_farewell_work", args: {}, then: "queued" };
    },
    queued: (_l) => done(),
  },
});

const submitSend = program<Twin>()({
  name: "submit_send",
  source: "(net.c:submit_send: nobody is connected to a twin)",
  start: "send",
  locals: () => ({}),
  waits: {},
  steps: { send: (_l) => done() },
});

const listen = program<Twin>()({
  name: "scoutfs_net_listen",
  source: "(net.c:scoutfs_net_listen: nobody connects to a twin)",
  start: "listen",
  locals: () => ({}),
  waits: {},
  steps: {
    listen(_l, m) {
      m.twin.listensInTerm = m.server.term;
      return done();
    },
  },
});

const clientSetup = program<Twin>()({
  name: "scoutfs_client_setup",
  source: "(client.c:scoutfs_client_setup: a twin's client does not connect)",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: { setup: (_l) => done() },
});

const clientShutdown = program<Twin>()({
  name: "scoutfs_client_net_shutdown",
  source: "(client.c:scoutfs_client_net_shutdown: a twin's client is not connected)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: { shutdown: (_l) => done() },
});

/** What a mount waits for here, when a server answered it, no record of its own tells. */
const answered = (name: string, source: string) =>
  program<Twin>()({
    name,
    source: `(${source}: a server answers a twin at once)`,
    start: "answer",
    locals: () => ({}),
    waits: {},
    steps: { answer: (_l) => done() },
  });

/** Transactions and background work of a twin are the recording's. */
const unasked = [
  answered("get_root", "inode.c:scoutfs_iget"),
  answered("scoutfs_trans_get_log_trees", "trans.c:scoutfs_trans_get_log_trees"),
  answered("scoutfs_trans_write_func", "trans.c:scoutfs_trans_write_func"),
  answered("sync_filesystem", "sync_filesystem of the kernel"),
  answered("scoutfs_srch_setup", "srch.c:scoutfs_srch_setup"),
] as const;

/** It waits for the answer to the farewell, or for its item to be gone, as the recording has it. */
const clientDestroy = program<Twin>()({
  name: "scoutfs_client_destroy",
  source: "(client.c:scoutfs_client_destroy: the recording says when the farewell is answered)",
  start: "wait",
  locals: () => ({}),
  waits: {
    answered: {
      on: () => "twin.waitq",
      until: (_l, m) => m.twin.mayLeave || m.super.forcingUnmount,
      blames: () => ({ who: "the server", because: "it has not answered the farewell" }),
    },
  },
  steps: {
    wait(_l, m) {
      m.twin.leaves = true;
      return { wait: "answered", then: "leave" };
    },
    leave: (_l) => done(),
  },
});

/** The locks of a twin are the recording's. */
const lockShutdown = program<Twin>()({
  name: "scoutfs_lock_shutdown",
  source: "(lock.c:scoutfs_lock_shutdown: no twin holds a lock)",
  start: "shutdown",
  locals: () => ({}),
  waits: {},
  steps: { shutdown: (_l) => done() },
});

export const twinPrograms = [
  umount,
  greeted,
  farewell,
  submitSend,
  listen,
  clientSetup,
  ...unasked,
  clientShutdown,
  clientDestroy,
  lockShutdown,
] as const;
