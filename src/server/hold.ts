// Joining a commit and waiting for it. A holder may dirty; the commit is not written while anyone
// holds, and once somebody applies nobody new gets in, so that the holders drain. Mirrors
// server_hold_commit and server_apply_commit of server.c with hold_commit, their wait condition.
// Reduced: of a budget that was exceeded only the flag and a note are kept, not which holders were
// there and how much each has used, nor that the C says so once in the life of the module.

import type { Blame, Out } from "../core/index.ts";
import { allocate, assert, done, get, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import { LIST_MAX_BLOCKS } from "./alloc.ts";
import type { CommitHold, HoldHandle } from "./types.ts";

export const COMMIT_HOLD_ALLOC_BUDGET = 500;
/** The one who asks, and the commit work itself. */
const EXTRA_HOLDS = 2;

/** `COMMIT_HOLD(hold)`: the caller frees it from `m.server.holds` before it is done. */
export const newHold = (m: Mount): HoldHandle =>
  allocate(m.server.holds, { avail: 0, freed: 0, ret: undefined });

/** The locals of whoever holds a commit once: the hold lives as long as they do, as it does on the
 *  stack there. */
export interface Holding {
  hold: HoldHandle | undefined;
}
export function holdOf(l: Holding, m: Mount): HoldHandle {
  l.hold ??= newHold(m);
  return l.hold;
}

const has = (list: readonly HoldHandle[], h: HoldHandle) =>
  list.some((o) => o.id === h.id && o.generation === h.generation);
const without = (list: readonly HoldHandle[], h: HoldHandle) =>
  list.filter((o) => o.id !== h.id || o.generation !== h.generation);
/** `list_empty(&hold->entry)` is the negation of this. */
const isListed = ({ server: { cusers } }: Mount, h: HoldHandle) =>
  has(cusers.holding, h) || has(cusers.applying, h);

function checkHolderBudget(m: Mount, out: Out<Scoutfs>): void {
  const { cusers, alloc } = m.server;
  if (cusers.exceeded || cusers.holding.length === 0) return;
  const availUsed = cusers.availBefore - alloc.avail;
  const most = alloc.freed < cusers.freedBefore ? cusers.freedBefore : LIST_MAX_BLOCKS;
  const freedUsed = most - alloc.freed;
  if (availUsed <= cusers.budget && freedUsed <= cusers.budget) return;
  cusers.exceeded = true;
  out.note("holders exceeded the alloc budget");
}

function join(m: Mount, hold: CommitHold, h: HoldHandle): void {
  const { cusers, alloc } = m.server;
  hold.avail = alloc.avail;
  hold.freed = alloc.freed;
  if (cusers.holding.length === 0) {
    cusers.availBefore = alloc.avail;
    cusers.freedBefore = alloc.freed;
    cusers.exceeded = false;
  }
  cusers.holding.push(h);
}

/** True when the hold is in. Without room and without holders it is the one that asks for a
 *  commit: with holders it relies on the last of them to. */
function holdCommit(m: Mount, out: Out<Scoutfs>, h: HoldHandle): boolean {
  const { cusers, alloc } = m.server;
  checkHolderBudget(m, out);
  const nrHolders = cusers.holding.length;
  const avail = nrHolders === 0 ? alloc.avail : cusers.availBefore;
  const freed = nrHolders === 0 ? alloc.freed : cusers.freedBefore;
  const asked = (nrHolders + EXTRA_HOLDS) * COMMIT_HOLD_ALLOC_BUDGET;
  const newBudget = Math.max(cusers.budget, asked);
  const hasRoom = avail >= newBudget && freed >= newBudget;
  const held = !cusers.committing && hasRoom && cusers.applying.length === 0;
  if (held) {
    join(m, get(m.server.holds, h), h);
    cusers.budget = newBudget;
  } else if (!hasRoom && nrHolders === 0 && !cusers.committing) {
    queueCommit(m, out);
  }
  return held;
}

function queueCommit(m: Mount, out: Out<Scoutfs>): void {
  m.server.cusers.committing = true;
  out.queueWork("server.wq", "scoutfs_server_commit_func");
}

/** Whose turn it is when somebody waits to get in or to get a result. */
function blameCommit({ server: { cusers } }: Mount): Blame {
  if (cusers.committing) {
    return { who: "scoutfs_server_commit_func", because: "a commit is queued or being written" };
  }
  const who = `${cusers.holding.length} holders of the commit`;
  if (cusers.applying.length > 0) return { who, because: "others wait for them to apply" };
  return { who, because: "there is no room in the allocators, and only an apply makes some" };
}

export const serverHoldCommit = program<Scoutfs>()({
  name: "server_hold_commit",
  source: "server.c:server_hold_commit",
  start: "enter",
  locals: ({ hold }: { readonly hold: HoldHandle }) => ({ hold }),
  waits: {
    held: {
      on: () => "server.cusers",
      until: (l, m, out) => holdCommit(m, out, l.hold),
      blames: (_l, m) => blameCommit(m),
    },
  },
  steps: {
    enter(l, m) {
      assert(!isListed(m, l.hold), "a hold that is in no commit");
      return { wait: "held", then: "held" };
    },
    held: (_l) => done(),
  },
});

export const serverApplyCommit = program<Scoutfs>()({
  name: "server_apply_commit",
  source: "server.c:server_apply_commit",
  start: "leave",
  locals: ({ hold, err }: Scoutfs["Calls"]["server_apply_commit"]) => ({ hold, err }),
  waits: {
    applied: {
      on: () => "server.cusers",
      until: (l, m) => !isListed(m, l.hold),
      blames: (_l, m) => blameCommit(m),
    },
  },
  steps: {
    /** An error leaves what its holder has dirtied to the next commit. When it is the last holder
     *  and nobody applies, no commit is queued and nobody is woken, as in the C. */
    leave(l, m, out) {
      const { cusers } = m.server;
      assert(has(cusers.holding, l.hold), "to apply a commit that is held");
      checkHolderBudget(m, out);
      cusers.holding = without(cusers.holding, l.hold);
      if (l.err === undefined) cusers.applying.push(l.hold);
      else get(m.server.holds, l.hold).ret = l.err;
      const last = cusers.holding.length === 0;
      if (last && !cusers.committing && cusers.applying.length > 0) queueCommit(m, out);
      else if (last && l.err !== undefined) {
        if (out.rules.failedHolderWakes()) out.wake("server.cusers");
        else out.note("last holder failed, nobody is woken");
      }
      return { wait: "applied", then: "applied" };
    },
    applied: (l, m) => done({ error: get(m.server.holds, l.hold).ret }),
  },
});
