// A server that starts passes over leaders of newer terms: they are to have it fenced. They do so
// only if its ELECT was on the device when they read the blocks. One whose ELECT lands later is
// fenced by nobody, and with two slots, where a member needs no other's vote, neither is one whose
// term has fallen behind. Both ran beside the newer leader. Every leader writes its ELECT before it
// reads the others', so of two at least one sees the other: here the older one then gives up.

import type { Errno } from "../core/index.ts";
import { nextSlot } from "../quorum/config.ts";
import { fenceLeaders } from "../quorum/fence-leaders.ts";
import type { QuorumBlockEvent, QuorumConfig } from "../quorum/types.ts";
import type { Variant } from "./types.ts";

interface Locals {
  readonly config: QuorumConfig;
  readonly term: number;
  slot: number;
  readonly fenced: number;
  readonly old: readonly { readonly event: QuorumBlockEvent }[];
  error: Errno | undefined;
}

/** One that may lead now, or that has been up. */
const seesNewer = ({ old, fenced, term }: Locals): boolean =>
  fenced > term || old.some(({ event }) => event.term > term);

export const newerLeaderEndsTheStart: Variant = {
  id: "newer-leader-ends-the-start",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["SRV1", "FNC5"],
  says: "a server does not start when a block shows a leader of a newer term",
  partOf: "quorum-begins-with-its-own-term",
  steps: {
    scoutfs_quorum_fence_leaders: {
      read(l: Locals, m, out, ret) {
        if (nextSlot(l.config, l.slot) !== undefined || !seesNewer(l)) {
          return fenceLeaders.steps.read(l as never, m as never, out as never, ret);
        }
        out.note("a leader of a newer term is seen");
        l.error = "ESTALE";
        return "waitFenced";
      },
    },
  },
};
