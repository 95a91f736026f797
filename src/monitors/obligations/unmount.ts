// A clean unmount ends: its farewell is answered by some server, or it finds its item gone.
//
// Bound: a server, its recovery (a farewell in the middle of it waits for the locks to be
// recovered, server.c:farewell_worker), what the own server takes to stop, and slack; and anew once
// a lock is there that its scan for orphans waits for (inode.c:scoutfs_inode_orphan_stop). A quorum
// member that is needed for the majority is answered only when all who are left are members that
// ask too (the same function). Until then nothing is owed, and `steady` says just that: a member
// that leaves is not counted, unless everybody does.

import { fieldsOf } from "../entries.ts";
import { fenceWaitUs, recoveryUs, serverUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const unmount: Obligation = {
  name: "unmount",
  wants: ["unmounting", "unmounted", "umount_begin_forced"],
  while: "steady",
  behind: ["lock wait"],
  boundUs: (fair) => serverUs(fair) + recoveryUs + fenceWaitUs + slackUs,
  on({ kind, mount, data }) {
    if (kind !== "unmounting") return { closes: mount };
    return fieldsOf({ data } as never).force === true ? undefined : { opens: mount, of: 0 };
  },
};
