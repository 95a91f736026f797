// QRM1: with three slots or more, one ELECT per term over all blocks; a slot votes for one
// candidate in a term; a slot's TERM events rise.
//
// An ELECT counts when its block write succeeded. With fewer slots the majority is one vote, so
// two members may be elected in one term (quorum.c: `votes_needed`), and the first part is not
// asked. Writes that a forced unmount refused never reached the disk and count for nothing.
//
// Followers vote once per term, says scoutfs_quorum_worker. Candidates count by slot, so the vote
// is the slot's, and a mount that comes back into it within the term has no other: of two
// candidates that both count on this slot's vote, both may have a majority. A VOTE counts as soon
// as it is sent, for nobody knows whether it arrives. That of a candidate for itself goes nowhere:
// it counts while its worker asks, and for good once it was elected by it. What a mount that is
// unmounted by force still says was not sent.
//
// TERM and vote outlast a worker on the device alone. A write of an earlier mount of the slot that
// lands behind those of a later one takes both back, and the next mount cannot know of them: what
// was isolated writes no more, says whoever fences, and a plan with such a write is beyond that.
// The worker that has written them still knows its vote.

import { type Fields, fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

/** The last vote of a slot. */
interface Vote {
  readonly term: number;
  readonly candidate: number;
  /** Somebody else may count it, or has a server by it. */
  readonly lasts: boolean;
}
interface State {
  slots: number;
  slotOf: Record<number, number>;
  /** Mounts that send nothing any more. */
  silent: Record<number, true>;
  votes: Record<number, Vote>;
  /** Who was elected, by term. */
  elected: Record<number, number>;
  /** The greatest term in a slot's TERM events. */
  term: Record<number, number>;
  /** The newest mount whose write has landed on a slot's block. */
  landed: Record<number, number>;
}

function onVote(s: State, slot: number, vote: Vote, judge: Judge): void {
  const before = s.votes[slot];
  if (before?.term === vote.term && before.candidate !== vote.candidate) {
    const whom = (candidate: number) => (candidate === slot ? "itself" : `slot ${candidate}`);
    const both = `${whom(before.candidate)}, then for ${whom(vote.candidate)}`;
    judge.violate(`slot ${slot}`, `votes in term ${vote.term} for ${both}`);
  }
  const lasts = vote.lasts || (before?.term === vote.term && before.lasts);
  s.votes[slot] = { ...vote, lasts };
}

function onSend(s: State, slot: number, f: Fields, judge: Judge): void {
  const { type, term = 0, slot: to = -1 } = f;
  if (type === "VOTE") onVote(s, slot, { term, candidate: to, lasts: true }, judge);
  if (type === "REQUEST_VOTE") onVote(s, slot, { term, candidate: slot, lasts: false }, judge);
}

function onElect(s: State, mount: number, slot: number, term: number, judge: Judge): void {
  const own = s.votes[slot];
  if (own?.term === term && own.candidate === slot) s.votes[slot] = { ...own, lasts: true };
  if (s.slots < 3) return;
  const other = s.elected[term];
  if (other !== undefined && other !== mount) {
    judge.violate(`term ${term}`, `mounts ${other} and ${mount} were elected in it`);
  }
  s.elected[term] = mount;
}

/** Mounts are numbered as they come. */
function onLanded(s: State, { mount, data }: Seen): void {
  const { did, op, block = "" } = data as { did?: string; op?: string; block?: string };
  const slot = s.slotOf[mount];
  if (did !== "land" || op !== "write" || !block.startsWith("quorum.") || slot === undefined)
    return;
  const newest = s.landed[slot] ?? mount;
  s.landed[slot] = Math.max(newest, mount);
  if (newest <= mount) return;
  delete s.term[slot];
  const vote = s.votes[slot];
  if (vote !== undefined) s.votes[slot] = { ...vote, lasts: false };
}

export const qrm1: EntryMonitor<State> = {
  promise: "QRM1",
  wants: wanted(
    ...["cluster", "incarnation", "quorum_block_event_ret"],
    ...["quorum_send_message", "umount_begin_forced", "io"],
  ),
  start: () => ({ slots: 0, slotOf: {}, silent: {}, votes: {}, elected: {}, term: {}, landed: {} }),
  on(entry, s, judge) {
    const f = fieldsOf(entry);
    const slot = s.slotOf[entry.mount] ?? -1;
    const { term = 0 } = f;
    switch (kindOf(entry)) {
      case "cluster":
        s.slots = f.slots ?? 0;
        break;
      case "incarnation": {
        const own = f.slot ?? -1;
        s.slotOf[entry.mount] = own;
        if (s.votes[own]?.lasts === false) delete s.votes[own];
        break;
      }
      case "umount_begin_forced":
        s.silent[entry.mount] = true;
        break;
      case "io":
        onLanded(s, entry);
        break;
      case "quorum_send_message":
        if (slot >= 0 && s.silent[entry.mount] !== true) onSend(s, slot, f, judge);
        break;
      case "quorum_block_event_ret":
        if (!succeeded(f)) break;
        if (f.event === "ELECT") onElect(s, entry.mount, slot, term, judge);
        if (f.event !== "TERM") break;
        if (slot >= 0 && term <= (s.term[slot] ?? -1)) {
          judge.violate(`slot ${slot}`, `wrote TERM ${term} after TERM ${s.term[slot]}`);
        }
        s.term[slot] = term;
        break;
    }
  },
};
