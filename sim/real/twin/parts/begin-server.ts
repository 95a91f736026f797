// What the first sign of a recorded task begins in a lock server: a message that was received, a
// client that comes or goes, recovery, or somebody else who takes a number.

import type { Item } from "../timeline.ts";
import { beginOmap } from "./begin-omap.ts";
import { begun } from "./begun.ts";
import type { SaidLock } from "./items.ts";
import type { PartWorld } from "./part-world.ts";

type Fields = Item["fields"];
const netLock = ({ key, wseq, old, new: newMode }: Fields) => ({
  ...{ key, writeSeq: wseq, oldMode: old, newMode },
});

function recovered(pw: PartWorld, task: string, { rid, said }: Fields): PartWorld[] {
  const locks = (said as SaidLock[]).map((l) => netLock({ ...l }));
  pw.pass(task);
  return [begun(pw, task, "scoutfs_lock_server_recover_response", { rid, locks })];
}

export function beginServer(pw: PartWorld, task: string): PartWorld[] {
  const item = pw.upcoming(task);
  if (item === undefined) return [];
  const { kind, fields } = item;
  const { rid, which } = fields;
  switch (kind) {
    case "ls_setup":
      return [begun(pw, task, "scoutfs_lock_server_setup", {})];
    case "ls_destroy":
      return [begun(pw, task, "scoutfs_lock_server_destroy", {})];
    case "recov_prepare":
      return [begun(pw, task, "twin recov prepare", { rid, which })];
    case "recov_begin":
      return [begun(pw, task, "twin recov begin", { timeout_ms: fields.timeout_ms })];
    case "recov_finish":
      return [begun(pw, task, "scoutfs_server_recov_finish", { rid, which })];
    case "ls_greeting":
      return [begun(pw, task, "scoutfs_lock_server_greeting", { rid })];
    case "ls_farewell":
      return [begun(pw, task, "scoutfs_lock_server_farewell", { rid })];
    case "ls_request": {
      const args = { rid, netId: fields.id, lock: netLock(fields) };
      return [begun(pw, task, "scoutfs_lock_server_request", args)];
    }
    case "ls_response":
      return [begun(pw, task, "scoutfs_lock_server_response", { rid, lock: netLock(fields) })];
    case "sv_lock_recover_response":
      return recovered(pw, task, fields);
    case "next_seq":
      return [begun(pw, task, "twin next seq", {})];
    case "set_seq_if_greater":
      return [begun(pw, task, "twin set seq", { seq: fields.seq })];
    case "omap_add_rid":
      return [begun(pw, task, "scoutfs_omap_add_rid", { rid })];
    case "omap_remove_rid":
    case "net_send_message":
    case "net_recv_message":
      return beginOmap(pw, task);
    default:
      return [];
  }
}

const lazy = new Set([
  ...["scoutfs_lock_server_greeting @ look", "scoutfs_server_lock_recover_request @ send"],
  ...["scoutfs_lock_server_request @ get", "scoutfs_lock_server_response @ get"],
  ...["scoutfs_server_lock_request @ send", "scoutfs_server_lock_response @ send"],
  ...["process_waiting_requests @ grant", "scoutfs_server_recov_finish @ finish"],
  ...["scoutfs_lock_server_recover_response @ raiseSeq"],
]);
export const isServerLazy = (place: string): boolean => lazy.has(place);
