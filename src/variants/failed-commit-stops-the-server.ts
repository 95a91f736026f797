// A commit that failed told those who had asked for it, and nobody else: the server went on. Where
// the device fails for the server's host alone, it goes on so for ever. A leader writes no block of
// its own while it leads, so it keeps sending heartbeats, and everybody's requests fail one after
// another, beside members that could serve them. Here a commit that fails stops the server, before
// those who wait hear of it. Quorum then has STOP to write: it resigns, or, where that fails too,
// ends, and its block has the others fence it. A forced unmount (ENOLINK) is left to the quorum
// worker, which stops the server and resigns from there; and to run without a commit (EINVAL) is
// warned of already, and says nothing of the device.

import { serverCommitFunc } from "../server/commit.ts";
import type { Variant } from "./types.ts";

const { steps } = serverCommitFunc;
type Locals = Parameters<typeof steps.end>[0];

export const failedCommitStopsTheServer: Variant = {
  id: "failed-commit-stops-the-server",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["LIVE"],
  says: "a server whose commit fails on the device is stopped",
  partOf: "commit-is-retried-with-the-next-get",
  steps: {
    scoutfs_server_commit_func: {
      end(l: Locals, m, out, ret) {
        if (l.error === undefined || l.error === "ENOLINK" || l.error === "EINVAL") {
          return steps.end(l, m, out, ret);
        }
        const cause = `scoutfs_server_commit_func: ${l.error}`;
        return { call: "stop_server", args: { cause }, then: "stopped" };
      },
      stopped: (l: Locals, m, out, ret) => steps.end(l, m, out, ret),
    },
  },
};
