// LCK1: the modes in effect on a key over live, unfenced mounts are compatible.
//
// A mode is in effect from its grant until the mount submits its answer to the invalidation: what
// is left then is in the answer. An invalidation is asked for by a mode, and one that is worked off
// late may also give a mode back; that is told from the lock itself. Who has sent its farewell, has
// begun a forced unmount, is dead or was fenced has no mode any more.

import { kindOf, wanted } from "./entries.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

type Mode = "read" | "write" | "write_only";
interface Fields {
  readonly rid?: number;
  /** A recording has the name of a key. */
  readonly key?: number | string;
  readonly mode?: Mode | "null";
  readonly new?: Mode | "null";
}
interface State {
  mountOf: Record<number, number>;
  /** Mounts that count no longer. */
  gone: Record<number, true>;
  /** By key and mount. */
  modes: Record<string, Record<number, Mode>>;
}

const compatible = (a: Mode, b: Mode): boolean => a === b && a !== "write";

function leaves(s: State, mount: number): void {
  s.gone[mount] = true;
  for (const key of Object.keys(s.modes)) drop(s, key, mount);
}

function drop(s: State, key: string, mount: number): void {
  const of = s.modes[key];
  if (of === undefined) return;
  delete of[mount];
  if (Object.keys(of).length === 0) delete s.modes[key];
}

function gets(s: State, key: string, mount: number, mode: Mode, judge: Judge): void {
  s.modes[key] ??= {};
  const of = s.modes[key];
  of[mount] = mode;
  for (const [other, theirs] of Object.entries(of)) {
    if (Number(other) === mount || compatible(mode, theirs)) continue;
    judge.violate(`key ${key}`, `mount ${mount} gets ${mode} while mount ${other} has ${theirs}`);
  }
}

/** `write` may be lowered to `read`; all else is given up whole. */
function answers(s: State, key: string, mount: number, left: Mode | "null" | undefined): void {
  const of = s.modes[key];
  const had = of?.[mount];
  if (of === undefined || had === undefined || had === left) return;
  if (had === "write" && left === "read") of[mount] = left;
  else drop(s, key, mount);
}

function onLock(s: State, entry: Seen, kind: string, judge: Judge): void {
  const { mount } = entry;
  const f = entry.data as Fields;
  const key = String(f.key);
  if (kind === "cl_lock_grant_response") {
    if (f.new === undefined || f.new === "null") drop(s, key, mount);
    else gets(s, key, mount, f.new, judge);
  } else if (kind === "lock_invalidate") {
    const had = s.modes[key]?.[mount];
    const isGivenBack = f.mode !== "null" && had !== f.mode && had !== "write";
    if (f.mode !== undefined && f.mode !== "null" && isGivenBack) {
      gets(s, key, mount, f.mode, judge);
    }
  } else if (kind === "cl_lock_response") answers(s, key, mount, f.new);
  else drop(s, key, mount);
}

export const lck1: EntryMonitor<State> = {
  promise: "LCK1",
  wants: wanted(
    ...["cl_lock_grant_response", "lock_invalidate", "cl_lock_response", "lock_free"],
    ...["incarnation", "client_destroy", "umount_begin_forced", "dead", "fenced_store"],
  ),
  start: () => ({ mountOf: {}, gone: {}, modes: {} }),
  on(entry, s, judge) {
    const { mount } = entry;
    const kind = kindOf(entry);
    const { rid = 0 } = entry.data as Fields;
    if (kind === "incarnation") s.mountOf[rid] = mount;
    else if (kind === "fenced_store") leaves(s, s.mountOf[rid] ?? -1);
    else if (["client_destroy", "dead", "umount_begin_forced"].includes(kind)) {
      leaves(s, mount);
    } else if (s.gone[mount] !== true) onLock(s, entry, kind, judge);
  },
};
