// Replays the client locks of a recording of the real system: each message and each end of an
// invalidation that was recorded is given to lock.c's programs here, and what they say of the lock
// must be what was recorded next. Who waits and who uses is taken from the recording, and so is a
// request that is about to be sent: those change without an event.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Out } from "../../../src/core/index.ts";
import { grantResponse } from "../../../src/lock/grant.ts";
import { lockInvalidateRequest, lockInvalidateWorker } from "../../../src/lock/invalidate.ts";
import { insertLock, lockOf, lockState, lookupLock, putLock } from "../../../src/lock/locks.ts";
import { countsMatch } from "../../../src/lock/modes.ts";
import { lockRecoverRequest } from "../../../src/lock/recover.ts";
import { lockRules } from "../../../src/lock/rules.ts";
import { lockDestroy } from "../../../src/lock/setup.ts";
import type { Lock, LockKey, LockMount, LockProtocol, NetLock } from "../../../src/lock/types.ts";

export interface Raw {
  readonly ev: string;
  readonly node: string;
  readonly task: string;
  readonly key: string;
  readonly [field: string]: unknown;
}
type Said = { readonly kind: string } & Readonly<Record<string, unknown>>;

export interface Replayed {
  readonly events: number;
  /** How often each kind was as the model says. */
  readonly agreed: Record<string, number>;
  readonly differ: string[];
}

const folder = new URL("../../real/recordings/", import.meta.url);
const LOCK_EVENT = /^(?:scoutfs_lock_(?!message)|cl_lock_)/;
const prefix = "scoutfs_";
/** A mount without a name goes by its rid, which tracepoints cut short and probes do not. */
const HEX_RID = /^[0-9a-f]{6,16}$/;
const SHORT = 6;

export const rawEvents = (name: string): Raw[] =>
  gunzipSync(readFileSync(new URL(`${name}/events.jsonl.gz`, folder)))
    .toString("utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Raw)
    .filter(({ ev }) => LOCK_EVENT.test(ev));

/** Keys as numbers in their order: `16.1024.0.0.0.0` is zone, inode, type and so on. */
function numbered(events: readonly Raw[]): Map<string, LockKey> {
  const names = new Set(events.flatMap(({ key }) => (key === undefined ? [] : [key])));
  const parts = [...names].map((name) => ({ name, at: name.split(".").map(BigInt) }));
  parts.sort((a, b) => {
    const i = a.at.findIndex((n, place) => n !== b.at[place]);
    return i < 0 ? 0 : (a.at[i] ?? 0n) < (b.at[i] ?? 0n) ? -1 : 1;
  });
  return new Map(parts.map(({ name }, i) => [name, (i + 1) as LockKey]));
}

const COUNTS = [
  ["read", "rd"],
  ["write", "wr"],
  ["write_only", "wo"],
] as const;

class Mount {
  m: LockMount;
  private said: Said[] = [];
  private readonly out: Out<LockProtocol>;
  /** What the model has said of a key that was not recorded yet. */
  readonly due = new Map<LockKey, Said[]>();
  /** By task: the message whose handling begins. */
  private readonly raced: LockKey[] = [];
  private readonly messages = new Map<string, { netId: number; lock: NetLock }>();

  constructor() {
    this.m = { lock: lockState(1e6), parts: ["lock"], super: {} } as unknown as LockMount;
    const verbs = {
      rules: lockRules,
      api: {
        itemRangeCached: () => ({ cached: false, dirty: false }),
        transSampleSeq: () => 0,
      },
      self: { id: 0, generation: 1 },
      emit: (r: Said) => this.said.push({ ...r }),
      note: () => undefined,
      wake: () => undefined,
      queueWork: () => true,
      destroyQueue: () => undefined,
    };
    this.out = verbs as unknown as Out<LockProtocol>;
  }

  private lockAt(key: LockKey): Lock | undefined {
    const h = lookupLock(this.m, key);
    return h === undefined ? undefined : lockOf(this.m, h);
  }

  /** Who waits and uses; the mode that the worker has set, once its users allow it. */
  private adopt(raw: Raw, key: LockKey): void {
    const h = lookupLock(this.m, key);
    if (h === undefined || raw.mode === undefined) return;
    const lock = lockOf(this.m, h);
    for (const [mode, short] of COUNTS) {
      lock.waiters[mode] = raw[`wait_${short}`] as number;
      lock.users[mode] = raw[`use_${short}`] as number;
    }
    lock.dirtyTransSeq = raw.dirty_trans_seq as number;
    if (raw.reqp === 1) lock.requestPending = true;
    const waiting = this.m.lock.invList.some(({ id }) => id === h.id);
    const next = lock.invalidations[0]?.lock.newMode;
    if (waiting && raw.invmode !== lock.invalidatingMode) this.collect(h);
    else if (waiting && raw.mode === next && raw.mode !== lock.mode) this.collect(h);
  }

  private collect(h: { id: number; generation: number }): void {
    const { lock } = this.m;
    const others = lock.invList.filter(({ id }) => id !== h.id);
    lock.invList = [h];
    const { steps } = lockInvalidateWorker;
    steps.collect({ ready: [], at: 0 }, this.m, this.out, {});
    lock.invList.push(...others);
  }

  /** Lets the model do what was recorded; what it says is due, in that order. */
  act(raw: Raw, key: LockKey): void {
    if (raw.ev === "scoutfs_lock_shutdown") this.m.lock.shutdown = true;
    if (raw.ev === "scoutfs_lock_destroy") return this.destroy();
    this.adopt(raw, key);
    const h = lookupLock(this.m, key);
    const message = this.messages.get(raw.task);
    switch (raw.ev) {
      case "scoutfs_lock_alloc":
        insertLock(this.m, this.out, key, key);
        break;
      case "cl_lock_request":
        this.onRequest(key);
        break;
      case "cl_lock_grant_response":
      case "cl_lock_invalidate_request":
        this.messages.set(raw.task, { netId: (raw.id as number) ?? 0, lock: netLock(raw, key) });
        break;
      case "scoutfs_lock_grant_response":
        if (message !== undefined) grantResponse(this.m, this.out, message.lock);
        break;
      case "scoutfs_lock_invalidate_request":
        if (message !== undefined) {
          lockInvalidateRequest.steps.enter({ ...message }, this.m, this.out, {});
        }
        break;
      case "scoutfs_lock_invalidated":
        if (h !== undefined) {
          lockInvalidateWorker.steps.finish({ ready: [h], at: 1 }, this.m, this.out, {});
        }
        break;
      case "scoutfs_lock_free":
        if (h !== undefined && !this.due.get(key)?.length) putLock(this.m, this.out, h);
        break;
    }
    this.m.lock.lru = [];
    for (const said of this.said.splice(0)) {
      if (said.kind.startsWith("cl_")) continue;
      const at = said.key as LockKey;
      this.due.set(at, [...(this.due.get(at) ?? []), said]);
    }
  }

  private onRequest(key: LockKey): void {
    const lock = this.lockAt(key);
    if (lock !== undefined) lock.requestPending = true;
  }

  private destroy(): void {
    for (const h of this.m.lock.tree) {
      const lock = lockOf(this.m, h);
      for (const [mode] of COUNTS) {
        lock.waiters[mode] = 0;
        lock.users[mode] = 0;
      }
    }
    lockDestroy.steps.free({}, this.m, this.out, {});
    for (const said of this.said.splice(0)) this.due.set(said.key as LockKey, [said]);
  }

  /** What the model says of the lock at this event. */
  expected(raw: Raw, key: LockKey): Partial<Raw> | undefined {
    const next = this.due.get(key)?.shift();
    if (next !== undefined) return next;
    const lock = this.lockAt(key);
    if (raw.ev === "cl_lock_response") {
      const first = lock?.invalidations[0] ?? this.messages.get(raw.task);
      return first && { id: first.netId, old: first.lock.oldMode, new: first.lock.newMode };
    }
    if (lock === undefined || raw.mode === undefined) return undefined;
    const serves = raw.ev !== "scoutfs_lock_locked" || countsMatch(lock.mode, lock.users);
    return {
      mode: serves ? lock.mode : "one that serves its users",
      invmode: lock.invalidatingMode,
      reqp: lock.requestPending ? 1 : 0,
      invp: lock.invalidatePending ? 1 : 0,
      refresh_gen: lock.refreshGen,
      write_seq: lock.writeSeq,
    };
  }

  /** Two tasks have allocated the same lock at once: one of the two is freed again. */
  lostRace({ ev }: Raw, key: LockKey): boolean {
    if (ev === "scoutfs_lock_alloc" && this.lockAt(key) !== undefined)
      return this.raced.push(key) > 0;
    const at = ev === "scoutfs_lock_free" ? this.raced.indexOf(key) : -1;
    if (at >= 0) this.raced.splice(at, 1);
    return at >= 0;
  }

  recovered(raw: Raw, from: LockKey): unknown[] {
    lockRecoverRequest.steps.gather({ netId: raw.id as number, key: from }, this.m, this.out, {});
    const answer = this.said.splice(0).find(({ kind }) => kind === "cl_lock_recover_response");
    return answer?.locks as unknown[];
  }
}

const netLock = (raw: Raw, key: LockKey): NetLock => ({
  key,
  writeSeq: raw.wseq as number,
  oldMode: raw.old as NetLock["oldMode"],
  newMode: raw.new as NetLock["newMode"],
});

function difference(said: Partial<Raw>, raw: Raw): string | undefined {
  for (const [field, value] of Object.entries(said)) {
    if (field === "key" || field === "task" || field === "want") continue;
    const recorded = field === "kind" ? raw.ev.replace(prefix, "") : raw[field];
    if (value !== recorded) return `${field} is ${String(value)}, recorded ${String(recorded)}`;
  }
  return undefined;
}

function compareRecovery(mount: Mount, raw: Raw, from: LockKey, keys: Map<string, LockKey>) {
  const locks = raw.locks as readonly { key: string; wseq: number; old: string; new: string }[];
  const recorded = locks.map(({ key, ...rest }) => ({ ...rest, key: keys.get(key) }));
  const text = (list: readonly unknown[]) =>
    JSON.stringify(list.map((l) => Object.entries(l as object).sort(byName)));
  const [mine, theirs] = [text(mount.recovered(raw, from)), text(recorded)];
  return mine === theirs ? undefined : `locks are ${mine}, recorded ${theirs}`;
}
const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

export function replay(events: readonly Raw[]): Replayed {
  const keys = numbered(events);
  const mounts = new Map<string, Mount>();
  const asked = new Map<string, LockKey>();
  const agreed: Record<string, number> = {};
  const differ: string[] = [];
  events.forEach((raw, line) => {
    const node = HEX_RID.test(raw.node) ? raw.node.slice(0, SHORT) : raw.node;
    const mount = mounts.get(node) ?? new Mount();
    mounts.set(node, mount);
    const key = keys.get(raw.key) ?? (0 as LockKey);
    let wrong: string | undefined;
    if (raw.ev === "cl_lock_recover_request") {
      asked.set(raw.task, key);
    } else if (raw.ev === "cl_lock_recover_response") {
      wrong = compareRecovery(mount, raw, asked.get(raw.task) ?? key, keys);
    } else if (!mount.lostRace(raw, key)) {
      mount.act(raw, key);
      const said = mount.expected(raw, key);
      if (said === undefined && raw.mode !== undefined) wrong = "the model has no such lock";
      else if (said !== undefined) wrong = difference(said, raw);
    }
    if (wrong === undefined) agreed[raw.ev] = (agreed[raw.ev] ?? 0) + 1;
    else differ.push(`${line} ${raw.node} ${raw.ev} ${raw.key}: ${wrong}`);
  });
  return { events: events.length, agreed, differ };
}
