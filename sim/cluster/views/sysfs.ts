// The files of a mount in sysfs, as the show functions of quorum.c and fence.c print them. What the
// model does not keep for show is left out of quorum/status: the last messages and the delays of
// heartbeats.

import { each } from "../../../src/core/index.ts";
import { fenceDirs, readFenceFile, ridText } from "../../../src/fence/api.ts";
import type { FenceFile } from "../../../src/fence/types.ts";
import type { QuorumEvent, QuorumRole } from "../../../src/quorum/types.ts";
import type { ClusterWorld } from "../world/types.ts";

const ROLES: readonly QuorumRole[] = ["follower", "candidate", "leader"];
const EVENTS: readonly QuorumEvent[] = ["BEGIN", "TERM", "ELECT", "FENCE", "STOP", "END"];
const US_PER_SEC = 1_000_000;
const US_DIGITS = 6;

/** Nothing of a mount that is no quorum member. */
export function quorumStatus(w: ClusterWorld, id: number): string[] {
  const { info } = w.peekMount(id).state.quorum;
  if (info === undefined) return [];
  const { role, term, serverStartTerm, serverEvent, voteFor, voteBits, timeoutAt } = info.show;
  return [
    `quorum_slot_nr ${info.slot}`,
    `term ${term}`,
    `server_start_term ${serverStartTerm}`,
    `server_event ${EVENTS.indexOf(serverEvent)}`,
    `role ${ROLES.indexOf(role)} (${role})`,
    `vote_for ${voteFor}`,
    `vote_bits 0x${voteBits.toString(16)} (count ${bitsIn(voteBits)})`,
    `timeout_in_secs ${timespec(timeoutAt - w.now)}`,
  ];
}

export function isLeader(w: ClusterWorld, id: number): string[] {
  const { info } = w.peekMount(id).state.quorum;
  return info === undefined ? [] : [info.show.role === "leader" ? "1" : "0"];
}

const bitsIn = (n: number): number => n.toString(2).replaceAll("0", "").length;

/** `%lld.%09u` of a timespec: the fraction counts up from the whole second below. */
function timespec(us: number): string {
  const sec = Math.floor(us / US_PER_SEC);
  return `${sec}.${String(us - sec * US_PER_SEC).padStart(US_DIGITS, "0")}000`;
}

/** The fence requests in the order of their directories. */
export const fenceRequests = (w: ClusterWorld, id: number): string[] =>
  fenceDirs(w.peekMount(id).state);

/** `reason: client_reconnect` of each file of a request that is there. */
export function fenceFiles(w: ClusterWorld, id: number, request: string): string[] {
  const { state } = w.peekMount(id);
  const here = [...each(state.fence.fences)].find(([, f]) => ridText(f.rid) === request);
  const files: readonly FenceFile[] = here?.[1].dir.files ?? [];
  return files.flatMap((file) => {
    const text = readFenceFile(state, w.now as never, { request, file });
    return text === undefined ? [] : [`${file}: ${text}`];
  });
}
