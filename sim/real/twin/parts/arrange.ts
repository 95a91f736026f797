// What a step finds that other parts of the mount have made, as the recording tells it just before:
// whether a message is taken or refused, which rests on connections, by what the task that sends it
// does next; and how many numbers others have taken.

import type { Item } from "../timeline.ts";
import type { PartWorld } from "./part-world.ts";
import { partUsed } from "./tolerances.ts";

const isSameKey = (a: Item, b: Item | undefined): b is Item =>
  b !== undefined && a.fields.key === b.fields.key;

function isRefused(sent: Item, next: Item | undefined): boolean {
  const goesOn = isSameKey(sent, next);
  switch (sent.kind) {
    case "sv_lock_request":
    case "sv_lock_response":
      return !(goesOn && next.kind === "lock_message" && next.fields.rid === sent.fields.rid);
    case "cl_lock_request":
      return !(goesOn && (next.kind === "lock_wait" || next.kind === "lock_shrink"));
    default:
      return false;
  }
}

/** Before each step of the task. */
export function arrange(pw: PartWorld, task: string): void {
  const place = pw.placeOf(task);
  if (place === "process_waiting_requests @ grant" || place === "twin next seq @ act")
    skipNumbers(pw, task);
  if (!place.startsWith("submit_send")) return;
  const sent = pw.upcoming(task, -1);
  const refused = sent !== undefined && isRefused(sent, pw.upcoming(task));
  if (pw.w.peekMount(0).state.twin.refused !== refused) pw.twin.refused = refused;
}

function skipNumbers(pw: PartWorld, task: string): void {
  const next = pw.upcoming(task);
  if (next?.kind !== "next_seq") return;
  const missing = Number(next.fields.ret) - 1 - pw.w.peekMount(0).state.server.seq;
  if (missing <= 0) return;
  pw.w.mount(0).state.server.seq += missing;
  partUsed("numbers that nobody printed", missing);
}
