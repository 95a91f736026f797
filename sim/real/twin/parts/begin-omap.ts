// What the first sign of a recorded task begins in the open maps: bits of inodes that come into use
// and go, and the messages by which a server asks its clients. Messages do not tell the group: no
// recording has one of which somebody else had a bit.

import { ME } from "../slots.ts";
import type { Item } from "../timeline.ts";
import { begun } from "./begun.ts";
import type { PartWorld } from "./part-world.ts";

type Fields = Item["fields"];
/** SCOUTFS_OPEN_INO_MAP_BITS. */
const MAP_BITS = 1024;
const NO_GROUP = 1e6;

const inoOf = ({ group_nr, bit_nr }: Fields): number =>
  Number(group_nr) * MAP_BITS + Number(bit_nr);

/** A group is made for the bit that the task sets next. */
function sets(pw: PartWorld, task: string): PartWorld[] {
  const inc = [0, 1].map((i) => pw.upcoming(task, i)).find((i) => i?.kind === "omap_group_inc");
  return inc === undefined ? [] : [begun(pw, task, "twin set bit", { ino: inoOf(inc.fields) })];
}

function sent(pw: PartWorld, task: string, { rid, id, resp, side }: Fields): PartWorld[] {
  pw.pass(task);
  return [begun(pw, task, "twin map sent", { rid, id, resp, server: side === "server" })];
}

function received(pw: PartWorld, task: string, { rid, id, resp, side }: Fields): PartWorld[] {
  pw.pass(task);
  const args = { groupNr: NO_GROUP, reqId: 0 };
  if (side === "client")
    return [begun(pw, task, "scoutfs_omap_client_handle_request", { id, args })];
  if (resp === 0) return [begun(pw, task, "scoutfs_omap_server_handle_request", { rid, id, args })];
  const { asking } = pw.w.peekMount(ME).state.twin;
  const asked = asking.find((one: Fields) => one.rid === rid && one.id === id);
  if (asked === undefined) return [];
  const map = { ...args, reqId: asked.reqId, bits: [] };
  return [begun(pw, task, "scoutfs_omap_server_handle_response", { rid, map })];
}

export function beginOmap(pw: PartWorld, task: string): PartWorld[] {
  const item = pw.upcoming(task);
  if (item === undefined) return [];
  const { kind, fields } = item;
  switch (kind) {
    case "omap_group_alloc":
    case "omap_group_inc":
      return sets(pw, task);
    case "omap_group_dec":
      return [begun(pw, task, "twin clear bit", { ino: inoOf(fields) })];
    case "omap_group_free":
      pw.pass(task);
      return [begun(pw, task, "twin group gone", { nr: fields.group_nr })];
    case "omap_remove_rid":
      pw.pass(task);
      return [begun(pw, task, "scoutfs_omap_remove_rid", { rid: fields.rid })];
    case "net_send_message":
      return sent(pw, task, fields);
    case "net_recv_message":
      return received(pw, task, fields);
    default:
      return [];
  }
}
