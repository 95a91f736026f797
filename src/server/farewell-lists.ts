// The sorting that farewell_worker of server.c does between its locked regions: who can go now and
// in which order. Counts are unsigned as there: two requests of one rid count twice, and wrap.

import type { Errno } from "../core/index.ts";
import type { FarewellRequest, MountedClient } from "./types.ts";

export interface FarewellLocals {
  /** Those that have to wait; those that can go. */
  reqs: FarewellRequest[];
  send: FarewellRequest[];
  /** Requests of quorum members; mounted quorum members; other mounts that have not asked. */
  quoReqs: number;
  quoMnts: number;
  nonMnts: number;
  /** The next mounted_clients item has this rid or a higher one. */
  key: number;
  /** How far the present walk is. */
  at: number;
  moreReqs: boolean;
  error: Errno | undefined;
}

export const freshLocals = (): FarewellLocals => ({
  reqs: [],
  send: [],
  quoReqs: 0,
  quoMnts: 0,
  nonMnts: 0,
  key: 0,
  at: 0,
  moreReqs: false,
  error: undefined,
});

/** `unsigned int`. */
const lessOne = (n: number): number => (n - 1) >>> 0;

export const asks = ({ reqs }: FarewellLocals, item: MountedClient): boolean =>
  reqs.some(({ rid }) => rid === item.rid);

export function countMounted(l: FarewellLocals, item: MountedClient, isMember: boolean): void {
  if (isMember) l.quoMnts++;
  else l.nonMnts++;
  l.key = item.rid + 1;
}

/** Without an item its mount was reclaimed before: only the response is missing. Those who go are
 *  put at the head, so the last comes first. */
export function sortRequest(l: FarewellLocals, item: MountedClient | undefined): void {
  if (item?.quorum) {
    l.quoReqs++;
    l.at++;
    return;
  }
  if (item !== undefined) l.nonMnts = lessOne(l.nonMnts);
  l.send.unshift(...l.reqs.splice(l.at, 1));
}

/** Members go while more stay than an election needs, or when all of them have asked and nobody
 *  else is there to wait for. */
export function chooseQuorumMembers(
  l: FarewellLocals,
  votesNeeded: number,
  othersStay: boolean,
): void {
  const stay: FarewellRequest[] = [];
  for (const fw of l.reqs) {
    const enoughStay = l.quoMnts > votesNeeded;
    const allLeave = l.quoReqs === l.quoMnts && !othersStay;
    if (!enoughStay && !allLeave) {
      stay.push(fw);
      continue;
    }
    l.send.push(fw);
    l.quoMnts = lessOne(l.quoMnts);
    l.quoReqs = lessOne(l.quoReqs);
  }
  l.reqs = stay;
}

/** Moves the present one back to those who wait. It is counted as a quorum member's whatever it
 *  is, as in the C, where nobody looks at the count afterwards. */
export function takeBack(l: FarewellLocals): void {
  l.reqs.push(...l.send.splice(l.at, 1));
  l.quoReqs++;
}
