// A commit that a server has begun ends, with or without an error.
//
// Bound: two writes, of the dirty blocks and of the super block, at what the block layer allows
// each; scoutfs has no timeout for them (server.c:scoutfs_server_commit_func). Whoever holds the
// commit may delay its start, of which the trace says nothing.

import { kindOf } from "../entries.ts";
import { deviceUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const commit: Obligation = {
  name: "server commit",
  wants: ["server_commit_start", "server_commit_end", "server_work_exit"],
  while: "fair",
  boundUs: () => 2 * deviceUs + slackUs,
  on(entry) {
    if (entry.kind === "server_commit_start") return { opens: entry.mount, of: 0 };
    return ["server_commit_end", "server_work_exit"].includes(kindOf(entry))
      ? { closes: entry.mount }
      : undefined;
  },
};
