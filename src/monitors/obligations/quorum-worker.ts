// A mount that is given a quorum slot has a quorum worker, whose first act is to write BEGIN into
// the slot's block (quorum.c:scoutfs_quorum_setup, scoutfs_quorum_worker).
//
// Bound: the worker reads all blocks before, one of which may take as long as the block layer
// allows; and slack. A mount that fails may fail before.

import { fieldsOf, kindOf } from "../entries.ts";
import { deviceUs, slackUs } from "./bounds.ts";
import type { Obligation } from "./types.ts";

export const quorumWorker: Obligation = {
  name: "quorum worker's BEGIN",
  wants: ["incarnation", "quorum_block_event", "fill_super_ret", "umount_begin_forced"],
  while: "fair",
  boundUs: () => deviceUs + slackUs,
  on(entry) {
    const { slot = -1, event, error } = fieldsOf(entry);
    switch (kindOf(entry)) {
      case "incarnation":
        return slot < 0 ? undefined : { opens: entry.mount, of: 0 };
      case "quorum_block_event":
        return event === "BEGIN" ? { closes: entry.mount } : undefined;
      case "fill_super_ret":
        return error === undefined ? undefined : { closes: entry.mount };
    }
    return { closes: entry.mount };
  },
};
