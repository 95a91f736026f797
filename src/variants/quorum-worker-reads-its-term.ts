// A block that cannot be read did not count for the term that a quorum worker begins with. With its
// own block unread, which nobody else may put right, a member campaigned in a term that had been
// led from its slot: its ELECT replaced that of a leader who had not stopped, and nobody had that
// one fenced. Here the worker reads again until it knows.

import { ms } from "../core/index.ts";
import { readGreatestTerm } from "../quorum/blocks.ts";
import { infoOf } from "../quorum/config.ts";
import type { Variant } from "./types.ts";

const READ_AGAIN = ms(1000);

export const quorumWorkerReadsItsTerm: Variant = {
  id: "quorum-worker-reads-its-term",
  kind: "repair",
  commit: undefined,
  area: "quorum.c",
  promises: ["QRM1", "SRV1"],
  says: "a quorum worker does not begin before it could read every block",
  steps: {
    read_greatest_term: {
      compare(l, m, out, ret) {
        const goes = infoOf(m).shutdown || m.super.forcingUnmount;
        if (ret.error === undefined || goes) {
          return readGreatestTerm.steps.compare(l, m, out as never, ret);
        }
        out.note("the term cannot be read");
        l.slot--;
        return { sleep: READ_AGAIN, then: "read" };
      },
    },
  },
};
