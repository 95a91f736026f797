// The lock server lives within one run of the server. Mirrors scoutfs_lock_server_setup and
// scoutfs_lock_server_destroy of lock_server.c. Destroying waits for nobody: whoever still has a
// lock then uses it after it is gone.

import { done, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const lockServerSetup = program<Scoutfs>()({
  name: "scoutfs_lock_server_setup",
  source: "lock_server.c:scoutfs_lock_server_setup",
  start: "setup",
  locals: () => ({}),
  waits: {},
  steps: {
    setup(_l, m, out) {
      out.emit({ kind: "ls_setup" });
      m.lockServer.setUp = true;
      m.lockServer.locks = [];
      return done();
    },
  },
});

/** Whatever is still granted: clients report it to the next server. */
export const lockServerDestroy = program<Scoutfs>()({
  name: "scoutfs_lock_server_destroy",
  source: "lock_server.c:scoutfs_lock_server_destroy",
  start: "destroy",
  locals: () => ({}),
  waits: {},
  steps: {
    destroy(_l, m, out) {
      out.emit({ kind: "ls_destroy" });
      m.lockServer.setUp = false;
      m.lockServer.locks = [];
      return done();
    },
  },
});
