// A server that has not been started: what scoutfs_server_setup of server.c leaves behind.

import { table } from "../core/index.ts";
import { LIST_MAX_BLOCKS } from "./alloc.ts";
import { emptySuper } from "./super.ts";
import type { ServerState } from "./types.ts";

export const serverState = (): ServerState => ({
  setUp: false,
  status: "DOWN",
  term: 0,
  config: undefined,
  conn: undefined,
  seq: 0,
  holds: table("commit hold"),
  cusers: {
    holding: [],
    applying: [],
    budget: 0,
    availBefore: 0,
    freedBefore: 0,
    committing: false,
    exceeded: false,
  },
  alloc: {
    avail: LIST_MAX_BLOCKS,
    freed: LIST_MAX_BLOCKS,
    otherAvail: LIST_MAX_BLOCKS,
    otherFreed: LIST_MAX_BLOCKS,
  },
  dirtyBlocks: 0,
  dirtySuper: emptySuper(),
  stableSuper: emptySuper(),
  volopt: emptySuper().volopt,
  clients: [],
  farewellRequests: [],
  finalizeSentSeq: 0,
  btreeError: undefined,
});
