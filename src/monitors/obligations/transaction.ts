// A mount begins to write the transaction that it has open, whether anybody asks for it or not.
//
// Bound: TRANS_SYNC_DELAY (trans.c), which begins when the transaction before it has been written,
// and slack for those who hold it. Nothing is owed once the mount leaves: its last write is part of
// the unmount.

import { kindOf } from "../entries.ts";
import { slackUs, transSyncUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const transaction: Obligation = {
  name: "transaction",
  wants: ["trans_open", "trans_write_func", "unmounting", "unmounted", "umount_begin_forced"],
  while: "fair",
  boundUs: () => transSyncUs + slackUs,
  on(entry, { leaving }) {
    const { mount } = entry;
    if (kindOf(entry) !== "trans_open") return { closes: mount };
    return leaving.includes(mount) ? undefined : { opens: mount, of: 0 };
  },
};
