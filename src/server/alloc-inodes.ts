// Hands out inode numbers. Mirrors server_alloc_inodes of server.c. The numbers are taken before
// the commit and are not given back when it fails; a client that asks again after a failover gets
// others.

import { done, free, program } from "../core/index.ts";
import type { RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { type Holding, holdOf } from "./hold.ts";
import { respond } from "./messages.ts";

/** U64_MAX there. */
const MAX_INO = Number.MAX_SAFE_INTEGER;

interface Locals extends Holding, RequestArgs {
  readonly count: number;
  ino: number;
  nr: number;
}

export const serverAllocInodes = program<Scoutfs>()({
  name: "server_alloc_inodes",
  source: "server.c:server_alloc_inodes",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    count: (args.data as { readonly count: number }).count,
    hold: undefined,
    ino: 0,
    nr: 0,
  }),
  waits: {},
  steps: {
    enter: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "take" }),
    take(l, m) {
      const { dirtySuper } = m.server;
      l.ino = dirtySuper.nextIno;
      l.nr = Math.min(l.count, MAX_INO - l.ino);
      dirtySuper.nextIno += l.nr;
      const args = { hold: holdOf(l, m), err: undefined };
      return { call: "server_apply_commit", args, then: "respond" };
    },
    respond(l, m, _out, { error }) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error, data: { ino: l.ino, nr: l.nr } });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
