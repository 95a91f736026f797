// Programs that stand in a twin for what the model does not have yet, or what a recording drives
// from outside: each is named here and nowhere else, and goes when its folder is modelled.

import { done, free, type Protocol, program } from "../../../src/core/index.ts";
import type { Mount } from "../../../src/mount/types.ts";
import { type Holding, holdOf } from "../../../src/server/hold.ts";
import type { Seen } from "./probes.ts";
import type { Sock } from "./streams.ts";
import type { Bound, Who } from "./who.ts";

/** What a step has shown that the recording has not come to; by which thread, if that is known. */
export interface Owed extends Who {
  thread: string;
  readonly sinceAt: number;
  readonly seen: Seen[];
}

export interface TwinPart {
  socks: (Sock | undefined)[];
  /** What steps have shown that the recording has not come to yet, by task, in order. */
  owed: Owed[];
  /** Which task is which of the recording. */
  bound: Bound[];
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

/** The commit of a request that the model does not have. */
const commit = program<Twin>()({
  name: "twin commit",
  source: "(a request function of server.c that changes something)",
  start: "hold",
  locals: () => ({ hold: undefined as Holding["hold"] }),
  waits: {},
  steps: {
    hold: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "apply" }),
    apply: (l, m) => ({
      call: "server_apply_commit",
      args: { hold: holdOf(l, m), err: undefined },
      then: "free",
    }),
    free(l, m) {
      free(m.server.holds, holdOf(l, m));
      return done();
    },
  },
});

/** The answer is an operation of its own. */
const answeredElsewhere = (name: string, source: string) =>
  program<Twin>()({
    name,
    source,
    start: "leave",
    locals: () => ({}),
    waits: {},
    steps: { leave: (_l) => done() },
  });

/** What a mount does for its files: that asks the server, and what it asked is in the recording. */
const files = [
  ...["get_root", "scoutfs_client_get_roots", "scoutfs_trans_get_log_trees"],
  ...["scoutfs_inode_start", "scoutfs_inode_orphan_stop", "scoutfs_inode_flush_iput"],
  ...["sync_filesystem", "evict_inodes", "scoutfs_srch_setup", "scoutfs_srch_destroy"],
  ...[
    "scoutfs_setup_trans",
    "scoutfs_shutdown_trans",
    "scoutfs_lock_shutdown",
    "scoutfs_inode_destroy",
  ],
].map((name) => answeredElsewhere(name, `(${name}: the files of a twin are the recording's)`));

export const twinPrograms = [
  umount,
  commit,
  ...files,
  answeredElsewhere("twin request", "(a request function that the model does not have)"),
  answeredElsewhere("server_lock", "(server.c:server_lock: locks are not followed yet)"),
  answeredElsewhere("lock_response", "(server.c:lock_response: locks are not followed yet)"),
  answeredElsewhere("client_lock", "(client.c:client_lock: locks are not followed yet)"),
] as const;
