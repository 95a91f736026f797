// A forced unmount: from the flag on, no I/O starts and no message is submitted, so that teardown
// waits for nobody. Mirrors scoutfs_umount_begin of super.c, which the kernel calls before it kills
// the super block. The server is told nothing: it goes on until something of it fails with ENOLINK,
// or until the quorum worker looks, which happens when its receive next ends.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const forcedUnmount = program<Scoutfs>()({
  name: "scoutfs_umount_begin",
  source: "super.c:scoutfs_umount_begin",
  start: "begin",
  locals: () => ({}),
  waits: {},
  steps: {
    begin(_l, m, out) {
      out.emit({ kind: "umount_begin", rid: m.super.rid });
      m.super.forcingUnmount = true;
      return out.rules.forceShutsConnection()
        ? { call: "scoutfs_client_net_shutdown", args: {}, then: "leave" }
        : done();
    },
    leave: (_l) => done(),
  },
});
