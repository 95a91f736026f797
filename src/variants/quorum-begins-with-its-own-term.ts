// A quorum worker began with the term of its own block. One that had been away began too low, and
// where a single vote is enough it was elected in a term that was long over: to its server a leader
// of a later term, which it was to fence, was none before it. One that was ahead of the others when
// all went ignored what they sent, and took their leader's place.

import { done } from "../core/index.ts";
import { infoOf } from "../quorum/config.ts";
import type { Variant } from "./types.ts";

interface Locals {
  slot: number;
  readonly term: number;
}

export const quorumBeginsWithItsOwnTerm: Variant = {
  id: "quorum-begins-with-its-own-term",
  kind: "regression",
  commit: "4495dbdce6",
  area: "quorum.c",
  promises: ["SRV1"],
  says: "a quorum worker does not look for its term in the blocks of the others",
  steps: {
    read_greatest_term: {
      read(l: Locals, m) {
        const { slot } = infoOf(m);
        if (l.slot > slot) return done({ value: l.term });
        l.slot = slot + 1;
        return { call: "read_quorum_block", args: { slot, checkRid: false }, then: "compare" };
      },
    },
  },
};
