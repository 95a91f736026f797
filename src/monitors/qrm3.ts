// QRM3: terms rise by candidacies alone. A candidacy adds one to the term of its worker and comes
// when the worker's timeout has passed and nothing was received; a newer term that is stored is a
// candidacy's or was received. A bounded number of terms precede an ELECT while a majority of the
// slots runs and no fault lasts. And a member that can hear a healthy leader does not make it step
// down by a candidacy in a newer term.
//
// Chance splits votes: timeouts are drawn within 100 ms of each other, and nobody backs off
// (quorum.c:election_timeout). So the C promises no number of terms, only that each has its chance.
// Of 127 elections in the recordings none took more than 4. The bound is as much more as makes it
// no matter of luck, about one election in 10^9, in a network where a datagram takes up to 50 ms
// and one in twenty is lost: 20 terms where members can be done without. Where just as many run as
// votes are needed, a term is lost as soon as one of them campaigns before it hears of another, or
// one datagram does not arrive: with three of five slots up to six terms in ten, with five of nine
// three in four. So the bound there is 15 terms for each vote, 45 and 75; it falls to 20 with the
// number of members to spare. How long that takes is the matter of QRM4.
//
// A member can hear a leader if nothing was in the way since it began, and the leader has sent it
// ten heartbeats in the last heartbeat timeout: at one loss in twenty not all ten are lost. Unlike
// QRM2 this does not ask whether the worker took them, nor whether it knew a newer term when it
// began, as it does where a member was cut off before (quorum.c:read_greatest_term). But one whose
// turn took a message of an older term than the leader's has a socket that is full of what came
// before, and takes one of these a turn, be a turn ever so slow. And one that stores a block hears
// nothing meanwhile: a write that a fault has left under way is part of that fault.
//
// A leader is healthy unless another was elected after it and has not stored STOP: clients ask for
// that one, dead or alive, and somebody must follow it (quorum.c:scoutfs_quorum_server_sin). An
// ELECT whose write has not returned may be there: a host may die between the two. Nor is one that
// has taken a message of a newer term: it steps down for that.
//
// In a term that the leader has passed a member may campaign: nobody heeds it. That is so when a
// member comes back from a long fault: its timeout is over, and the first that its socket has kept
// are of older terms, which count as no message (quorum.c:scoutfs_quorum_worker). Nor does anybody
// hear one whose forced unmount has begun: it takes no message and sends none (quorum.c:recv_msg,
// send_msg_members).

import { votesNeeded } from "../quorum/api.ts";
import { fieldsOf, kindOf, succeeded, wanted } from "./entries.ts";
import { type Fairness, fairness, fairnessKinds, follow } from "./fairness.ts";
import type { EntryMonitor, Judge, Seen } from "./types.ts";

/** However many members there are to spare. */
const leastTerms = 20;
/** For each vote that is needed, as long as no member can be done without. */
const termsForVote = 15;
/** Of a sum of as many parts as one is divided into. */
const rounding = 1e-9;
const enoughHeartbeats = 10;
/** The clocks of a recording agree to less. */
const slackUs = 1_000;

interface Worker {
  /** As its last turn showed it, before the message of that turn. */
  term: number;
  timeoutAt: number;
  beganAt: number;
  /** The term of a message that was received, until the turn shows itself; then of the turn's
   *  message. -1: none. */
  received: number;
  took: number;
  /** The greatest term that it may store. */
  known: number;
  /** When it, as leader of `leads`, sent heartbeats, newest last. */
  leads: number;
  beats: number[];
  /** Since when it stores a block, and when the last write that a fault had left ended. */
  storesAt: number;
  heldUpTo: number;
}
interface State {
  readonly fair: Fairness;
  readonly workers: Record<number, Worker>;
  /** By mount: the term of its ELECT, from when it is written, that no STOP has followed. */
  readonly elected: Record<number, number>;
  /** Terms of candidacies since the last ELECT, or since the environment was last disturbed. */
  asked: number[];
  /** What they have taken of all that is borne, which is 1. A majority may have changed. */
  spent: number;
  /** `steadyAt` as of those. */
  askedAt: number;
  /** The greatest term that was known then. */
  goal: number;
}

const newWorker = (beganAt: number): Worker => ({
  ...{ term: -1, timeoutAt: 0, beganAt, received: -1, took: -1, known: -1, leads: -1, beats: [] },
  ...{ storesAt: 0, heldUpTo: 0 },
});

function judgeTimeout(w: Worker, term: number, at: number, judge: Judge): void {
  if (w.term >= 0 && term !== w.term + 1) {
    judge.violate("REQUEST_VOTE", `a worker of term ${w.term} campaigns in term ${term}`);
  }
  // those of older terms are as none
  if (w.took >= w.term && w.took >= 0)
    judge.violate("REQUEST_VOTE", "campaigns in a turn that took a message");
  if (at < w.timeoutAt - slackUs) {
    const early = Math.round((w.timeoutAt - at) / 1000);
    judge.violate("REQUEST_VOTE", `campaigns ${early} ms before its timeout`);
  }
}

/** The healthy leader that this mount could hear, and which steps down for that term. */
function heardLeader(s: State, mount: number, asked: number, at: number): Worker | undefined {
  const own = s.workers[mount] as Worker;
  const since = at - s.fair.shortestTimeoutMs * 1000;
  const from = Math.max(since, own.beganAt, own.heldUpTo, s.fair.fairAt);
  if (s.fair.fairAt < 0 || !s.fair.members.includes(mount)) return undefined;
  const newest = Math.max(...Object.values(s.elected));
  return s.fair.members
    .filter((m) => m !== mount)
    .map((m) => s.workers[m] as Worker)
    .find(
      ({ leads, term, beats, received, known }) =>
        leads === term &&
        Math.max(received, known) <= leads &&
        leads >= newest &&
        leads < asked &&
        (own.took < 0 || own.took >= leads) &&
        beats.filter((sentAt) => sentAt >= from).length >= enoughHeartbeats,
    );
}

/** How many members can be done without, less than 0 if there is no majority. One counts that has
 *  heard of the terms from before: who comes back from a fault first works off, one message a turn
 *  and a block write for each term, what its socket has kept. */
function toSpare({ fair, workers, goal }: State): number {
  const current = fair.members.filter((m) => (workers[m]?.known ?? -1) >= goal);
  return current.length - votesNeeded(fair.slots);
}

const termsWith = (needed: number, spare: number): number =>
  Math.max(leastTerms, Math.floor((termsForVote * needed) / (1 + spare)));

function forget(s: State): void {
  s.asked = [];
  s.spent = 0;
}

function onCandidacy(s: State, entry: Seen, term: number, judge: Judge): void {
  const { mount, at } = entry;
  judgeTimeout(s.workers[mount] as Worker, term, at, judge);
  const leader = heardLeader(s, mount, term, at);
  if (leader !== undefined) {
    const text = `campaigns in term ${term} and could hear the leader of term ${leader.leads}`;
    judge.violate("REQUEST_VOTE", text);
  }
  if (s.fair.steadyAt !== s.askedAt) {
    forget(s);
    s.goal = Math.max(...Object.values(s.workers).map(({ known }) => known));
  }
  s.askedAt = s.fair.steadyAt;
  const spare = toSpare(s);
  if (s.askedAt < 0 || spare < 0 || s.asked.includes(term)) return;
  s.asked.push(term);
  s.spent += 1 / termsWith(votesNeeded(s.fair.slots), spare);
  if (s.spent > 1 + rounding) {
    judge.violate("election", `${s.asked.length} terms have passed without an ELECT`);
    forget(s);
  }
}

function onSend(s: State, w: Worker, entry: Seen, judge: Judge): void {
  const { type, term = 0 } = fieldsOf(entry);
  if (type === "REQUEST_VOTE") {
    onCandidacy(s, entry, term, judge);
    w.known = Math.max(w.known, term);
  } else if (type === "HEARTBEAT") {
    if (w.leads !== term) w.beats = [];
    w.leads = term;
    w.beats = [...w.beats, entry.at].slice(-enoughHeartbeats);
  } else if (type === "RESIGNATION") w.leads = -1;
}

export const qrm3: EntryMonitor<State> = {
  promise: "QRM3",
  wants: wanted(...fairnessKinds, ...["quorum_loop", "quorum_recv_message", "quorum_send_message"]),
  start: () => ({
    ...{ fair: fairness(), workers: {}, elected: {} },
    ...{ spent: 0, asked: [], askedAt: -1, goal: 0 },
  }),
  on(entry, s, judge) {
    follow(s.fair, entry);
    const f = fieldsOf(entry);
    const { mount, at } = entry;
    if (mount < 0) return;
    s.workers[mount] ??= newWorker(at);
    const w = s.workers[mount] as Worker;
    const term = f.term ?? 0;
    switch (kindOf(entry)) {
      case "quorum_recv_message":
        w.received = term;
        break;
      case "quorum_loop":
        w.took = w.received;
        w.received = -1;
        w.term = term;
        w.known = Math.max(term, w.took);
        w.timeoutAt = f.timeout ?? 0;
        if (f.role !== "leader") w.leads = -1;
        break;
      case "quorum_send_message":
        onSend(s, w, entry, judge);
        break;
      case "quorum_block_event":
        w.storesAt = at;
        if (f.event === "ELECT") s.elected[mount] = term;
        break;
      case "quorum_block_event_ret":
        if (s.fair.fairAt < 0 || w.storesAt < s.fair.fairAt) w.heldUpTo = at;
        if (!succeeded(f)) {
          if (f.event === "ELECT") delete s.elected[mount];
          break;
        }
        if (f.event === "STOP") delete s.elected[mount];
        if (f.event === "ELECT") {
          s.elected[mount] = term;
          forget(s);
        }
        if (f.event === "TERM" && w.term >= 0 && term > w.known) {
          judge.violate(`mount ${mount}`, `stores term ${term}, which it never asked for or heard`);
        }
        break;
    }
  },
};
