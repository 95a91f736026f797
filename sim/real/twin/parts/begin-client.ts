// What the first sign of a recorded task begins in a lock client: a call of somebody who uses a
// lock, a message that was received, the work that invalidates, or the beginning and end of it all.

import { each } from "../../../../src/core/index.ts";
import type { Lock, LockHandle, LockMode } from "../../../../src/lock/types.ts";
import { Kind } from "../../../engine/event.ts";
import { ME } from "../slots.ts";
import type { Item } from "../timeline.ts";
import { beginOmap } from "./begin-omap.ts";
import { beginTrans } from "./begin-trans.ts";
import { begun } from "./begun.ts";
import { lockRangeOf } from "./keys.ts";
import type { PartWorld } from "./part-world.ts";

type Fields = Item["fields"];
const modes = [
  ["read", "rd"],
  ["write", "wr"],
  ["write_only", "wo"],
] as const;
const MAX_AHEAD = 8;

/** How the caller may have asked: by its request, or by how it is counted as it waits and uses. */
function asked(pw: PartWorld, task: string): { mode: LockMode; nonblock?: true }[] {
  const key = pw.upcoming(task)?.fields.key;
  let left = modes.map(([mode]): LockMode => mode);
  for (let i = 0; i < MAX_AHEAD; i++) {
    const item = pw.upcoming(task, i);
    if (item === undefined || item.fields.key !== key) break;
    const { kind, fields } = item;
    if (kind === "cl_lock_request") return [{ mode: fields.new as LockMode }];
    const counted = kind === "lock_wait" ? "wait" : kind === "lock_locked" ? "use" : undefined;
    if (counted === undefined) continue;
    const isCounted = (short: string) => Number(fields[`${counted}_${short}`]) > 0;
    left = left.filter((mode) => modes.some(([m, short]) => m === mode && isCounted(short)));
    return left.map((mode) => ({ mode }));
  }
  return left.map((mode) => ({ mode, nonblock: true }));
}

function locks(pw: PartWorld, task: string, { keyText }: Fields): PartWorld[] {
  const range = lockRangeOf(String(keyText));
  const ways = asked(pw, task);
  return ways.map((how) =>
    begun(ways.length === 1 ? pw : pw.clone(), task, "lock_key_range", { ...range, ...how }),
  );
}

function unlocks(pw: PartWorld, task: string, fields: Fields): PartWorld[] {
  const { lock } = pw.w.peekMount(ME).state;
  for (const [h, one] of each<Lock>(lock.locks)) {
    if (one.start !== fields.key || !isInTree(lock.tree, h as LockHandle)) continue;
    const ways = modes.filter(([mode, short]) => one.users[mode] - 1 === fields[`use_${short}`]);
    return ways.map(([mode]) => {
      const other = ways.length === 1 ? pw : pw.clone();
      return begun(other, task, "twin unlock", { lock: { ...h }, mode });
    });
  }
  return [];
}
const isInTree = (tree: readonly LockHandle[], h: LockHandle): boolean =>
  tree.some(({ id }) => id === h.id);

const netLock = ({ key, wseq, old, new: newMode }: Fields) => ({
  ...{ key, writeSeq: wseq, oldMode: old, newMode },
});

const WORKER = "lock_invalidate_worker";
/** The worker takes what it can at once: that must be what it then works off. */
function invalidates(pw: PartWorld, task: string): PartWorld[] {
  const work = pw.w
    .pendingEvents()
    .find((e) => e.kind === Kind.work && String(e.body).startsWith(WORKER));
  if (work === undefined || !pw.step(task, work)) return [];
  const slot = pw.w.peekMount(ME).works.get(String(work.body))?.running ?? -1;
  const { lock } = pw.w.peekMount(ME).state;
  const ready: LockHandle[] = pw.w.peekMount(ME).tasks[slot]?.frames.at(-1)?.locals.ready ?? [];
  if (slot < 0) return [];
  const taken = ready.map(({ id }) => lock.locks.slots[id]?.value.start);
  if (taken.join(" ") !== batchOf(pw, task).join(" ")) return [];
  pw.bind(task, slot);
  return [pw];
}

/** The keys for which the task answers before it settles the first of them. */
function batchOf(pw: PartWorld, task: string): unknown[] {
  const keys: unknown[] = [];
  for (let i = 0; ; i++) {
    const item = pw.upcoming(task, i);
    if (item === undefined || item.kind === "lock_invalidated") return keys;
    if (item.kind === "cl_lock_response") keys.push(item.fields.key);
  }
}

export function beginClient(pw: PartWorld, task: string): PartWorld[] {
  const item = pw.upcoming(task);
  if (item === undefined) return [];
  const { kind, fields } = item;
  switch (kind) {
    case "lock_setup":
    case "lock_shutdown":
    case "lock_destroy":
      return [begun(pw, task, `scoutfs_${kind}`, {})];
    case "lock_alloc":
    case "lock_wait":
    case "lock_locked":
      return locks(pw, task, fields);
    case "cl_lock_request":
      return fields.new === "null"
        ? [begun(pw, task, "scoutfs_free_unused_locks", {})]
        : locks(pw, task, fields);
    case "lock_unlock":
      return unlocks(pw, task, fields);
    case "cl_lock_grant_response":
      return [begun(pw, task, "client_lock_response", { data: netLock(fields) })];
    case "cl_lock_invalidate_request":
      return [begun(pw, task, "client_lock", { id: fields.id, data: netLock(fields) })];
    case "cl_lock_recover_request":
      return [begun(pw, task, "client_lock_recover", { id: fields.id, data: { key: fields.key } })];
    case "trans_write_func":
    case "forest_init_our_log":
    case "net_send_message":
    case "net_recv_message":
      return fields.cmd === "OPEN_INO_MAP" ? beginOmap(pw, task) : beginTrans(pw, task);
    case "omap_group_alloc":
    case "omap_group_inc":
    case "omap_group_dec":
    case "omap_group_free":
      return beginOmap(pw, task);
    case "umount_begin_forced":
      return beginTrans(pw, task);
    case "lock_invalidate":
    case "cl_lock_response":
      return invalidates(pw, task);
    default:
      return [];
  }
}

/** Steps that show something, or take part in what others do: only when something is recorded of
 *  their task. */
const lazy = new Set([
  ...["lock_key_range @ create", "lock_key_range @ find", "lock_key_range @ send"],
  ...["lock_key_range @ wait", "lock_key_range @ again", "try_shrink_lock @ sent"],
  ...["client_lock_response @ grant", "scoutfs_lock_invalidate_request @ enter"],
  ...["scoutfs_lock_invalidate_request @ respond", "lock_invalidate @ enter"],
  ...["lock_invalidate_worker @ respond", "lock_invalidate_worker @ finish"],
  ...["scoutfs_lock_recover_request @ gather", "scoutfs_lock_destroy @ free"],
  ...["scoutfs_trans_write_func @ drained", "scoutfs_trans_get_log_trees @ open"],
]);

export function isClientLazy(place: string, next: Item | undefined): boolean {
  if (place !== "try_shrink_lock @ take") return lazy.has(place);
  return next?.kind === "cl_lock_request" && next.fields.new === "null";
}
