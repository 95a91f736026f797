// A server that starts listens, or its start ends.
//
// Bound: the wait for the fencing of earlier leaders, and then a read and a commit at what the
// block layer allows each (server.c:scoutfs_server_worker).

import { kindOf } from "../entries.ts";
import { deviceUs, fenceWaitUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const serverStart: Obligation = {
  name: "server start",
  wants: ["server_start", "net_listen", "server_work_exit"],
  while: "fair",
  boundUs: () => fenceWaitUs + 2 * deviceUs + slackUs,
  on(entry) {
    if (kindOf(entry) === "server_start") return { opens: entry.mount, of: 0 };
    return { closes: entry.mount };
  },
};
