// The volume may use more of its devices. Mirrors server_resize_devices of server.c. Asked for what
// it has already it commits nothing new and succeeds, so the request may come twice; shrinking is
// refused. The extents that the allocators gain are left out.

import type { Errno } from "../core/index.ts";
import { done, free, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { CommandData, RequestArgs } from "../net/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { BLOCKS_PER_CHANGE } from "./alloc.ts";
import { type Holding, holdOf } from "./hold.ts";
import { respond } from "./messages.ts";
import { DATA_DEVICE_BLOCKS, META_DEVICE_BLOCKS } from "./sizes.ts";

type Totals = CommandData["RESIZE_DEVICES"];
interface Locals extends Holding, RequestArgs {
  readonly totals: Totals;
}

/** 0 in a total leaves that device as it is. */
function resize(m: Mount, asked: Totals): { readonly error?: Errno; readonly changes: number } {
  const { dirtySuper, btreeError } = m.server;
  const { totalMetaBlocks, totalDataBlocks } = dirtySuper;
  const meta = asked.metaBlocks === totalMetaBlocks ? 0 : asked.metaBlocks;
  const data = asked.dataBlocks === totalDataBlocks ? 0 : asked.dataBlocks;
  if (meta === 0 && data === 0) return { changes: 0 };
  const shrinks = (meta !== 0 && meta < totalMetaBlocks) || (data !== 0 && data < totalDataBlocks);
  const fits = meta <= META_DEVICE_BLOCKS && data <= DATA_DEVICE_BLOCKS;
  if (shrinks || !fits) return { error: "EINVAL", changes: 0 };
  if (btreeError !== undefined) return { error: btreeError, changes: 0 };
  if (meta !== 0) dirtySuper.totalMetaBlocks = meta;
  if (data !== 0) dirtySuper.totalDataBlocks = data;
  return { changes: (meta === 0 ? 0 : 1) + (data === 0 ? 0 : 1) };
}

export const serverResizeDevices = program<Scoutfs>()({
  name: "server_resize_devices",
  source: "server.c:server_resize_devices",
  reads: "dirty",
  start: "enter",
  locals: (args: RequestArgs): Locals => ({
    ...args,
    totals: args.data as Totals,
    hold: undefined,
  }),
  waits: {},
  steps: {
    enter: (l, m) => ({ call: "server_hold_commit", args: { hold: holdOf(l, m) }, then: "lock" }),
    lock: (_l) => ({ lock: "server.alloc_mutex", then: "resize" }),
    resize(l, m, out) {
      const { error, changes } = resize(m, l.totals);
      if (changes > 0) out.api.serverDirtyBlocks(m, out, changes * BLOCKS_PER_CHANGE);
      out.unlock("server.alloc_mutex");
      const args = { hold: holdOf(l, m), err: error };
      return { call: "server_apply_commit", args, then: "respond" };
    },
    respond(l, m, _out, { error }) {
      free(m.server.holds, holdOf(l, m));
      return respond(l, { error });
    },
    responded: (_l, _m, _out, { error }) => done({ error }),
  },
});
