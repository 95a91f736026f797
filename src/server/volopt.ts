// The options of the volume: those that readers see in memory change only once the super block that
// has them is written. Mirrors server_get_volopt, server_set_volopt and server_clear_volopt of
// server.c, and the one option there is. When a change fails, the dirty super gets back what is in
// memory; whatever commit came between has written the change all the same.

import type { Errno, Next, Out } from "../core/index.ts";
import { done, free, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { RequestArgs, VolumeOptions } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { type Holding, holdOf } from "./hold.ts";
import { respond } from "./messages.ts";
import { DATA_ALLOC_MAX_ZONES, DATA_FILL_TARGET } from "./sizes.ts";

interface Locals extends Holding, RequestArgs {
  readonly volopt: VolumeOptions;
  error: Errno | undefined;
}

const changeLocals = (args: RequestArgs): Locals => ({
  ...args,
  volopt: { ...(args.data as VolumeOptions) },
  hold: undefined,
  error: undefined,
});

const hold = (l: Locals, m: Mount) =>
  ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "change" }) as const;
const apply = (l: Locals, m: Mount, err: Errno | undefined) =>
  ({ call: "server_apply_commit", args: { hold: holdOf(l, m), err }, then: "settle" }) as const;

/** Under the seqlock of the server, so that readers see one or the other. */
function settle(l: Locals, m: Mount, error: Errno | undefined): "unlock" {
  const { server } = m;
  free(server.holds, holdOf(l, m));
  l.error = error;
  if (error === undefined) server.volopt = { ...server.dirtySuper.volopt };
  else server.dirtySuper.volopt = { ...server.volopt };
  return "unlock";
}

function unlock(l: Locals, out: Out<Scoutfs>): Next<Scoutfs, "responded", never> {
  out.unlock("server.volopt_mutex");
  return respond(l, { error: l.error });
}

/** Zones must hold what a mount is filled up to, and the device at most so many of them. */
function checkZone(m: Mount, blocks: number): Errno | undefined {
  const { totalDataBlocks } = m.server.dirtySuper;
  const least = Math.max(DATA_FILL_TARGET, Math.floor(totalDataBlocks / DATA_ALLOC_MAX_ZONES));
  return blocks < least || blocks > totalDataBlocks ? "EINVAL" : undefined;
}

export const serverSetVolopt = program<Scoutfs>()({
  name: "server_set_volopt",
  source: "server.c:server_set_volopt",
  reads: "dirty",
  start: "enter",
  locals: changeLocals,
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.volopt_mutex", then: "hold" }),
    hold: (l, m) => hold(l, m),
    change(l, m) {
      const { dataAllocZoneBlocks } = l.volopt;
      if (dataAllocZoneBlocks === undefined) return apply(l, m, undefined);
      const bad = checkZone(m, dataAllocZoneBlocks);
      if (bad === undefined) m.server.dirtySuper.volopt = { dataAllocZoneBlocks };
      return apply(l, m, bad);
    },
    settle: (l, m, _out, { error }) => settle(l, m, error),
    unlock: (l, _m, out) => unlock(l, out),
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

/** Clears what the request has set. */
export const serverClearVolopt = program<Scoutfs>()({
  name: "server_clear_volopt",
  source: "server.c:server_clear_volopt",
  reads: "dirty",
  start: "enter",
  locals: changeLocals,
  waits: {},
  steps: {
    enter: (_l) => ({ lock: "server.volopt_mutex", then: "hold" }),
    hold: (l, m) => hold(l, m),
    change(l, m) {
      if (l.volopt.dataAllocZoneBlocks !== undefined) {
        m.server.dirtySuper.volopt = { dataAllocZoneBlocks: undefined };
      }
      return apply(l, m, undefined);
    },
    settle: (l, m, _out, { error }) => settle(l, m, error),
    unlock: (l, _m, out) => unlock(l, out),
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const serverGetVolopt = program<Scoutfs>()({
  name: "server_get_volopt",
  source: "server.c:server_get_volopt",
  start: "read",
  locals: (args: RequestArgs) => args,
  waits: {},
  steps: {
    read: (l, m) => respond(l, { data: { ...m.server.volopt } }),
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
