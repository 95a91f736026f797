// A mount begins to write the transaction that it has open, whether anybody asks for it or not.
//
// Bound: TRANS_SYNC_DELAY (trans.c), which begins when the transaction before it has been written,
// and slack for those who hold it. Nothing is owed once the mount leaves: its last write is part of
// the unmount. Nor once its forced unmount has begun, also of a transaction that a write under way
// opens after that: no write does anything any more (trans.c:scoutfs_trans_write_func).

import { kindOf } from "../entries.ts";
import { slackUs, transSyncUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const transaction: Obligation = {
  name: "transaction",
  wants: ["trans_open", "trans_write_func", "unmounting", "unmounted", "umount_begin_forced"],
  while: "fair",
  boundUs: () => transSyncUs + slackUs,
  on(entry, { leaving, mounts }) {
    const { mount } = entry;
    if (kindOf(entry) !== "trans_open") return { closes: mount };
    if (leaving.includes(mount) || !mounts.includes(mount)) return undefined;
    return { opens: mount, of: 0 };
  },
};
