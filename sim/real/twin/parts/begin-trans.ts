// What the first sign of a recorded task begins in the transactions of a mount. Who holds one is
// not recorded, nor why it is written; what the server answers is an input. The number of a new
// transaction is what locks then say that was dirtied under them.

import { type Event, Kind } from "../../../engine/event.ts";
import { errorOf } from "../messages.ts";
import { ME } from "../slots.ts";
import type { Item } from "../timeline.ts";
import { begun } from "./begun.ts";
import type { PartWorld } from "./part-world.ts";

const GET = "GET_LOG_TREES";
const WRITER = "scoutfs_trans_write_func";

const isAnswerToGet = ({ kind, fields }: Item): boolean =>
  kind === "net_recv_message" && fields.cmd === GET && fields.err === 0;

/** What the answer at that index brought: the number that locks name until the next one comes. */
function logTrees(pw: PartWorld, index: number): object {
  const { items } = pw.schedule;
  const { seq } = pw.w.peekMount(ME).state.trans;
  let getTransSeq = seq + 1;
  let nr = 0;
  for (const item of items.slice(index + 1)) {
    if (isAnswerToGet(item)) break;
    const { kind, fields } = item;
    if (kind === "forest_init_our_log" && nr === 0) nr = Number(fields.nr);
    const dirtied = Number(fields.dirty_trans_seq ?? 0);
    if (kind === "lock_unlock" && dirtied > seq) getTransSeq = Math.max(getTransSeq, dirtied);
  }
  return { nr, getTransSeq };
}

/** Of the mount task that opens the first transaction nothing else is recorded. */
function opensFirst(pw: PartWorld, index: number): boolean {
  const { trans, twin } = pw.w.peekMount(ME).state;
  if (trans.seq !== 0 || twin.asked !== undefined) return true;
  const opens = pw.schedule.items.slice(index).find((i) => i.kind === "forest_init_our_log");
  if (opens === undefined) return true;
  if (pw.slotOf(opens.task) !== undefined) return false;
  begun(pw, opens.task, "scoutfs_trans_get_log_trees", {});
  return runUntilAsked(pw, opens.task);
}

const MOST_STEPS = 20;
function runUntilAsked(pw: PartWorld, task: string): boolean {
  for (let i = 0; i < MOST_STEPS && pw.twin.asked === undefined; i++) {
    const event = pw.eventOf(task);
    if (event === undefined || !pw.step(task, event)) return false;
  }
  return pw.twin.asked !== undefined;
}

const isOfWriter = ({ body }: Event): boolean => String(body).split("#")[0] === WRITER;

/** By its deadline, by a sync of somebody, or because a lock is given back. */
function writes(pw: PartWorld, task: string): PartWorld[] {
  for (;;) {
    const event = pw.w.pendingEvents().find(isOfWriter);
    if (event === undefined) return [];
    if (event.at > pw.w.now) (event as { at: number }).at = pw.w.now;
    if (!pw.step(task, event)) return [];
    const running = pw.w.peekMount(ME).works.get(String(event.body))?.running ?? -1;
    if (event.kind !== Kind.work) continue;
    if (running < 0) return [];
    pw.bind(task, running);
    return [pw];
  }
}

export function beginTrans(pw: PartWorld, task: string): PartWorld[] {
  const index = pw.nextIndex(task);
  const item = pw.upcoming(task);
  if (item === undefined) return [];
  const { cmd, id, err } = item.fields;
  switch (item.kind) {
    case "net_send_message":
      if (!opensFirst(pw, index)) return [];
      pw.pass(task);
      return [begun(pw, task, "twin sent", { cmd, id })];
    case "net_recv_message": {
      pw.pass(task);
      const lt = isAnswerToGet(item) ? logTrees(pw, index) : undefined;
      const answer = { error: errorOf(Number(err)), lt };
      return [begun(pw, task, "twin answered", { cmd, id, answer })];
    }
    case "umount_begin_forced":
      pw.pass(task);
      return [begun(pw, task, "twin forced", {})];
    case "trans_write_func":
      return writes(pw, task);
    default:
      return [];
  }
}
