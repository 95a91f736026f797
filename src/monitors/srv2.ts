// SRV2: a server stops only for a cause: its quorum worker told it to (newer term, unmount, forced
// unmount), its start failed, its listening socket failed, a fence request was marked error, or one
// of its workers met a device error, or ENOLINK after the forced unmount. Nor does it refuse a
// client of its file system for less: a greeting that another server has heard before is as good as
// a first one (server.c:server_greeting), and whoever is refused greets again and again. Errors of
// recordings are numbers, and are not asked about.
//
// A run of the model says of each change of the status what caused it, in the words of whoever
// called; the table below holds those that the promise allows. A recording shows the calls: that a
// listening socket or a device failed shows in none of them, so such a stop would be taken for one
// without a cause; the recordings have none. The quorum worker calls server_stop when it no longer
// leads and server_stop_wait when it ends, at either kind of unmount.

import { fieldsOf, reclaimed, succeeded } from "./entries.ts";
import type { EntryMonitor, Seen } from "./types.ts";

interface State {
  /** Of a mount whose server runs: whether a cause to stop has been seen. */
  cause: Record<number, boolean>;
}

/** A worker gives its own name and the error. Errors but these are a client's or the protocol's,
 *  and no reason for everybody's server to go. */
const workers = [
  "scoutfs_server_commit_func",
  "start_recovery",
  "finished_recovery",
  "lock_server_farewell",
  "farewell_worker",
  "reclaim_worker",
  "fence_pending_recov",
];
const allowed: readonly RegExp[] = [
  /^quorum: /,
  /^unmount: /,
  /^listening socket /,
  /^reclaim_worker: fence error /,
  new RegExp(`^(?:${workers.join("|")}): .*\\b(?:EIO|ENOLINK)$`),
];

/** What a client may hear of its greeting: the device, a forced unmount or the end of the server,
 *  or of its own connection, which answers it itself. */
const mayRefuse: readonly unknown[] = [
  ...[undefined, 0, "EIO", "ENOLINK", "ESHUTDOWN", "ECONNABORTED", "ECONNRESET"],
];

/** The model's part: true when the change needs a cause and has none. */
function isUncaused({ data }: Seen): boolean {
  const { to, cause = "" } = data as { to?: string; cause?: string };
  return to === "STOPPING" && !allowed.some((words) => words.test(cause));
}

export const srv2: EntryMonitor<State> = {
  promise: "SRV2",
  wants: [
    ...["server_work_enter", "server_work_exit", "server_stop", "server_stop_wait"],
    ...["fence_leaders_ret", "reclaim_rid_ret", "fence_timeout", "server.status"],
    "client_greeting",
  ],
  start: () => ({ cause: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const { mount } = entry;
    switch (entry.kind) {
      case "server.status":
        if (isUncaused(entry)) {
          judge.violate(`mount ${mount}`, `its server is stopped because of "${f.cause}"`);
        }
        break;
      case "client_greeting":
        if (typeof f.error !== "number" && !mayRefuse.includes(f.error)) {
          judge.violate(`mount ${mount}`, `its greeting is refused: ${f.error}`);
        }
        break;
      case "server_work_enter":
        s.cause[mount] = false;
        break;
      case "server_stop":
      case "server_stop_wait":
        s.cause[mount] = true;
        break;
      case "fence_leaders_ret":
        if (!succeeded(f)) s.cause[mount] = true;
        break;
      case "reclaim_rid_ret":
        if (!reclaimed(f)) s.cause[mount] = true;
        break;
      case "fence_timeout":
        // The probe does not say whose request it was.
        for (const running of Object.keys(s.cause)) s.cause[Number(running)] = true;
        break;
      case "server_work_exit":
        if (s.cause[mount] === false && (f.ret === undefined || succeeded(f))) {
          judge.violate(`mount ${mount}`, "its server stopped and nothing had asked it to");
        }
        delete s.cause[mount];
        break;
    }
  },
};
