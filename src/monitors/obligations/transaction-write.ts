// A transaction that a mount has begun to write is committed, and the next one is open: until then
// every sync waits, and every lock that is to be given away in write mode. A commit that fails is
// tried again for as long as it takes (trans.c:retry_forever), so the write of a mount that stays
// can end in no other way.
//
// Bound: the pause before the retry; the write of the blocks, at what the block layer allows; a
// server for the two requests, after the silence of the one that was lost (keepalive); and two
// writes of that server for each. Slack has what it waits for others when it finalizes log trees
// (server.c:finalize_and_start_log_merge, half a second unless an option says more). After a forced
// unmount nothing is owed; what is written in a clean one is part of that. The end of a write is in
// no recording, and nor is the beginning of a transaction, without which nothing is owed here.

import { kindOf } from "../entries.ts";
import { deviceUs, keepaliveUs, serverUs, slackUs, transRetryUs } from "./bounds.ts";
import { transaction } from "./transaction.ts";
import type { Obligation } from "./types.ts";

const requestUs = 2 * deviceUs;
const writeUs = transRetryUs + deviceUs + 2 * requestUs;

/** Above `transaction` in the table: that ends with the entry by which this one begins. */
export const transactionWrite: Obligation = {
  name: "transaction's write",
  wants: ["trans_write_func", "trans_open", "unmounted", "umount_begin_forced"],
  while: "steady",
  boundUs: (fair) => keepaliveUs + serverUs(fair) + writeUs + slackUs,
  on(entry, _fair, isOpen) {
    const { mount } = entry;
    if (kindOf(entry) !== "trans_write_func") return { closes: mount };
    return isOpen(transaction.name, mount) ? { opens: mount, of: 0 } : undefined;
  },
};
