// A mount asks for compaction work again: at once when it has done some, and after a while when
// there was none.
//
// Bound: DEF_COMPACT_DELAY_MS (srch.c), and slack. Asking takes nothing but the queueing of a
// message. In no recording: they do not show when a message is queued. A mount that is torn down,
// also one that failed, asks no more (srch.c:scoutfs_srch_destroy); nor does one owe anything that
// was given up, and handles a response after that because somebody uses it.

import { fieldsOf } from "../entries.ts";
import { slackUs, srchDelayUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

const compacts = ["SRCH_GET_COMPACT", "SRCH_COMMIT_COMPACT"];

const goes = ["unmounting", "unmounted", "umount_begin_forced", "put_super", "client_destroy"];

export const compaction: Obligation = {
  name: "compaction request",
  wants: ["net.submit", "net.response", ...goes],
  while: "fair",
  boundUs: () => srchDelayUs + slackUs,
  on(entry, { mounts, leaving }) {
    const { mount, kind } = entry;
    if (kind !== "net.submit" && kind !== "net.response") return { closes: mount };
    const { cmd = "", side, resp } = fieldsOf(entry);
    if (!compacts.includes(cmd) || side !== "client") return undefined;
    if (kind === "net.submit") return resp === 1 ? undefined : { closes: mount };
    if (leaving.includes(mount) || !mounts.includes(mount)) return undefined;
    return { opens: mount, of: 0 };
  },
};
