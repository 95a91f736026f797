// FNC2: a fence request ends in reclaim or in a stop of its server.
//
// A request is open from fence_start to fence_free, which comes after a reclaim of its rid by that
// server that succeeded, also of one that had begun before the request; the server's end, or the
// death of its mount, closes what is left. An answer is owed in 30 s, else the request's timer
// marks it error and the server stops: so no request is older than that and a shutdown, while no
// fault lasts. A second request for a rid that is open already is a success and adds nothing
// (fence.c).
//
// The timer needs nothing but the mount that set it: whatever lasts elsewhere, a silent agent
// included, a request without an answer is marked error after 30 s. That is judged by the time in
// which the mount was seen to run, by the turns of its quorum worker, so that a pause counts for
// little.

import { dropServer, fieldsOf, kindOf, reclaimed, wanted } from "./entries.ts";
import { type Fairness, fairness, fairnessKinds, follow, owedUs } from "./fairness.ts";
import type { EntryMonitor, Judge } from "./types.ts";

/** FENCE_TIMEOUT_MS, then up to ten seconds until the reclaim worker has seen it and stopped. */
const boundUs = 40_000_000;
/** Turns of a quorum worker that leads are 100 ms apart; more than this is a pause. */
const turnUs = 1_000_000;

interface Request {
  readonly mount: number;
  readonly rid: number;
  readonly at: number;
  answered: boolean;
  /** How long its mount was seen to run meanwhile. */
  ranUs: number;
}
interface State {
  open: Request[];
  /** `server/rid` of those that it has reclaimed: a request may be listed behind that. */
  reclaimed: Record<string, true>;
  /** When a mount's quorum worker last had a turn. */
  turnAt: Record<number, number>;
  readonly fair: Fairness;
}

function overdue(s: State, now: number, judge: Judge): void {
  const late = s.open.find(({ at }) => owedUs(s.fair, at, now) > boundUs);
  if (late === undefined) return;
  const { mount, rid, at } = late;
  const age = Math.round((now - at) / 1e6);
  judge.violate(`rid ${rid}`, `mount ${mount}'s fence request is open for ${age} s`);
  s.open = s.open.filter((one) => one !== late);
}

/** A request's timer goes on while its mount runs. */
function runsOn(s: State, mount: number, at: number, judge: Judge): void {
  const ranUs = Math.min(turnUs, at - (s.turnAt[mount] ?? at));
  s.turnAt[mount] = at;
  for (const one of s.open) {
    if (one.mount !== mount || one.answered) continue;
    one.ranUs += ranUs;
    if (one.ranUs <= boundUs) continue;
    const text = `mount ${mount}'s fence request has no answer, and its timer does not fire`;
    judge.violate(`rid ${one.rid}`, text);
    one.answered = true;
  }
}

const answers = ["fenced_store", "fence.error", "fence_timeout"];

/** A recording says neither whose request was answered nor which. */
function answer(s: State, mount: number, rid: number | undefined): void {
  for (const one of s.open) {
    const isIt = mount < 0 || one.mount === mount;
    if (isIt && (rid === undefined || one.rid === rid)) one.answered = true;
  }
}

export const fnc2: EntryMonitor<State> = {
  promise: "FNC2",
  wants: wanted(
    ...["fence_start", "reclaim_rid_ret", "fence_free", "server_work_exit", "quorum_loop"],
    ...answers,
    ...fairnessKinds,
  ),
  start: () => ({ open: [], reclaimed: {}, turnAt: {}, fair: fairness() }),
  on(entry, s, judge) {
    const { mount, at } = entry;
    const f = fieldsOf(entry);
    const rid = f.rid ?? 0;
    const request = s.open.find((one) => one.mount === mount && one.rid === rid);
    overdue(s, at, judge);
    follow(s.fair, entry);
    switch (kindOf(entry)) {
      case "fence_start":
        if (request !== undefined) break;
        s.open.push({ mount, rid, at, answered: false, ranUs: 0 });
        break;
      case "fenced_store":
      case "fence.error":
      case "fence_timeout":
        answer(s, mount, f.rid);
        break;
      case "quorum_loop":
        if (s.open.length > 0) runsOn(s, mount, at, judge);
        else s.turnAt[mount] = at;
        break;
      case "reclaim_rid_ret":
        if (reclaimed(f)) s.reclaimed[`${mount}/${rid}`] = true;
        break;
      case "fence_free":
        if (request === undefined || s.reclaimed[`${mount}/${rid}`] !== true) {
          const what = request === undefined ? "that it never started" : "without a reclaim";
          judge.violate(`rid ${rid}`, `mount ${mount} frees a fence request ${what}`);
        }
        s.open = s.open.filter((one) => one !== request);
        delete s.reclaimed[`${mount}/${rid}`];
        break;
      case "server_work_exit":
      case "dead":
        s.open = s.open.filter((one) => one.mount !== mount);
        dropServer(s.reclaimed, mount);
        break;
    }
  },
  quiet(s, judge) {
    overdue(s, judge.now, judge);
  },
};
