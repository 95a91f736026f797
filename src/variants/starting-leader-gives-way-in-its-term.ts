// Two slots need one vote each, by design, so both members can be elected in one term; each then
// had the other fenced. Every leader stores its ELECT before it reads the blocks of the others, so
// at least one of two sees the other. The one with the higher rid gives up its start and resigns,
// and so does one that sees a FENCE of its term, for then the other is up. The one with the lower
// rid looks again until the other has stored STOP. Its worker notices at its next look: a heartbeat
// later where `leader-keeps-its-own-pace` is bound too, and else the heartbeat timeout later, for
// in main a leader that hears another of its term puts off its next look as a follower does. It is
// given as long as a start waits for a fencing: enough for both, up to a heartbeat timeout of 15 s.
// Whoever does not notice, because it died, is fenced by a leader of the next term.

import { type Errno, ms } from "../core/index.ts";
import { SCOUTFS_QUORUM_FENCE_TO_MS } from "../quorum/timing.ts";
import type { QuorumBlockEvent } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

const LOOK_AGAIN = ms(100);
const TO_STOP = ms(SCOUTFS_QUORUM_FENCE_TO_MS);

interface Locals {
  readonly term: number;
  slot: number;
  fenced: number;
  old: { readonly event: QuorumBlockEvent }[];
  error: Errno | undefined;
  /** When the other leader of its term was first seen. */
  twinSeenAt?: number;
}

export const startingLeaderGivesWayInItsTerm: Variant = {
  id: "starting-leader-gives-way-in-its-term",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5", "QRM1"],
  says: "of two leaders that are elected in one term one gives way, and nobody is fenced",
  steps: {
    scoutfs_quorum_fence_leaders: {
      choose(l: Locals, m, out) {
        const others = l.old.filter(({ event: { rid } }) => rid !== m.super.rid);
        const twin = others.find(({ event }) => event.term === l.term);
        if (twin === undefined) {
          l.old = others.filter(({ event: { term } }) => {
            return term !== 0 && term >= l.fenced && term <= l.term;
          });
          return "fence";
        }
        out.note("another leader was elected in this term");
        l.twinSeenAt ??= out.now;
        const mayStay = m.super.rid < twin.event.rid && l.fenced < l.term;
        const waits = mayStay && out.api.serverIsRunning(m);
        if (waits && out.now - l.twinSeenAt < TO_STOP) return { sleep: LOOK_AGAIN, then: "again" };
        l.error = "EEXIST";
        return "waitFenced";
      },
      again(l: Locals) {
        l.old = [];
        l.slot = 0;
        l.fenced = 0;
        return "read";
      },
    },
  },
};
