// What neighbours call in the server from inside one of their own atomic regions, and small
// functions of server.c that are such a region themselves.

import { dirtyBlocks } from "./alloc.ts";
import { becomeStopping } from "./status.ts";
import type { ServerApi } from "./types.ts";

export const serverApi: ServerApi = {
  /** In one step, where the program `stop_server` can lose a race between its two. */
  serverStop(m, out, cause) {
    becomeStopping(m, out, { was: m.server.status, cause });
  },
  serverNextSeq(m) {
    m.server.seq++;
    return m.server.seq;
  },
  serverNotifyUp(m, rid) {
    if (rid !== 0) m.server.clients.push(rid);
  },
  serverDirtyBlocks: dirtyBlocks,
};
