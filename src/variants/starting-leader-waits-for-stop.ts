// A leader that hears of a newer term stores it, stops its server, and can write STOP only when
// that is down. The new leader reads the blocks before that, and had a mount fenced that lives and
// was about to give way by itself. Here it gives each earlier leader, from when it first sees it,
// the time of a few heartbeats to hear of it, and one whose block shows that it did, with a TERM
// above its ELECT, some time to stop. Who has not stopped by then is fenced: somebody dead costs
// the start half a second. A candidate that was late to count its votes may come while it waits.
// One that is stopped itself meanwhile fences nobody: it was superseded, and whoever waits for its
// STOP would have it fenced for what it still waits for.

import { type Address, type Errno, ms, type Rid } from "../core/index.ts";
import { slotAddress } from "../quorum/config.ts";
import { oldLeaders } from "../quorum/fence-leaders.ts";
import type { QuorumBlock, QuorumBlockEvent, QuorumConfig } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

const LOOK_AGAIN = ms(100);
/** Of SCOUTFS_QUORUM_HB_IVAL_MS, 100 ms, five: some heartbeats may be lost. */
const TO_HEAR = ms(500);
/** Stopping a server takes its commits and flushes: the recordings need up to 0.7 s. By the clock,
 *  since looks at a slow device take longer than what lies between them. */
const TO_STOP = ms(3000);

interface Old {
  readonly event: QuorumBlockEvent;
  readonly address: Address;
  /** It has stored a newer term than it led in. */
  readonly heard: boolean;
}
interface Locals {
  readonly config: QuorumConfig;
  slot: number;
  fenced: number;
  old: Old[];
  error: Errno | undefined;
  /** By rid: when its ELECT was first seen. */
  seenAt?: Record<Rid, number>;
  /** They have had their time. */
  fences?: true;
}

function isWorthTheWait(l: Locals, now: number): boolean {
  l.seenAt ??= {};
  for (const { event } of l.old) l.seenAt[event.rid] ??= now;
  const mayStop = ({ event, heard }: Old) =>
    now - (l.seenAt?.[event.rid] ?? now) < (heard ? TO_STOP : TO_HEAR);
  return l.fences !== true && l.old.some(mayStop);
}

export const startingLeaderWaitsForStop: Variant = {
  id: "starting-leader-waits-for-stop",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["FNC5"],
  says: "a superseded leader is given time to stop before it is fenced",
  steps: {
    scoutfs_quorum_fence_leaders: {
      collect(l: Locals, _m, out, { value, error }) {
        if (error !== undefined) {
          l.error = error;
          return "waitFenced";
        }
        const block = value as QuorumBlock;
        const { TERM, FENCE } = block.events;
        const old = oldLeaders(block, slotAddress(l.config, l.slot), out.rules);
        const hasHeard = ({ rid, term }: QuorumBlockEvent) => TERM.rid === rid && TERM.term > term;
        l.old.push(...old.map((o) => ({ ...o, heard: hasHeard(o.event) })));
        l.fenced = Math.max(l.fenced, FENCE.term);
        l.slot++;
        return "read";
      },
      fence(l: Locals, m, out) {
        if (!out.api.serverIsRunning(m)) {
          l.error = "ESHUTDOWN";
          return "waitFenced";
        }
        const isFirst = l.seenAt === undefined;
        if (isWorthTheWait(l, out.now)) {
          if (isFirst) out.note("waits for an earlier leader to stop");
          return { sleep: LOOK_AGAIN, then: "lookForStop" };
        }
        l.fences = true;
        const next = l.old.shift();
        if (next === undefined) return "waitFenced";
        const { event, address } = next;
        const args = { rid: event.rid, address, reason: "quorum_block_leader" } as const;
        return { call: "scoutfs_fence_start", args, then: "started" };
      },
      lookForStop(l: Locals) {
        l.old = [];
        l.slot = 0;
        l.fenced = 0;
        return "read";
      },
    },
  },
};
