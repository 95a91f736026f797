// The other control of the twins: a model that is wrong in one step must be rejected by recordings
// of the real system, each mutant by the one that is named.

import { describe, expect, it } from "vitest";
import { follow, twinsOf } from "../../sim/real/twin/run.ts";
import type { TwinModel } from "../../sim/real/twin/world.ts";
import { programs } from "../../src/programs.ts";
import { recording } from "./facts.ts";

/** What it does wrong, whose step it replaces, the recording that shows it, the first event there
 *  that the mutant cannot do. */
interface Mutant {
  readonly wrong: string;
  readonly program: string;
  readonly step: string;
  // biome-ignore lint/suspicious/noExplicitAny: it stands for a step of any program
  readonly with: (...args: any[]) => unknown;
  readonly recording: string;
  readonly stuckAt: string;
}

const mutants: readonly Mutant[] = [
  {
    wrong: "a leader never records that it has fenced those before it",
    program: "scoutfs_quorum_worker",
    step: "checkUp",
    with: (_l) => "checkRunning",
    recording: "a1-mount3-traffic",
    stuckAt: "quorum_block_event",
  },
  {
    wrong: "a follower does not store a newer term",
    program: "scoutfs_quorum_worker",
    step: "adoptTerm",
    with: (_l) => "hear",
    recording: "a1-mount3-traffic",
    stuckAt: "quorum_block_event",
  },
  {
    wrong: "a follower gives its vote to everybody who asks",
    program: "scoutfs_quorum_worker",
    step: "hear",
    with(l) {
      l.qst.voteFor = -1;
      return "checkTimeout";
    },
    recording: "a1-mount3-traffic",
    stuckAt: "quorum_loop",
  },
  {
    wrong: "a leader that unmounts does not resign",
    program: "scoutfs_quorum_worker",
    step: "resign",
    with: (_l) => "storeLastStop",
    recording: "b1-leader-umount3",
    stuckAt: "quorum_send_message",
  },
  {
    wrong: "a new server fences nobody",
    program: "scoutfs_quorum_fence_leaders",
    step: "fence",
    with: (_l) => "waitFenced",
    recording: "d1-force-umount-leader3",
    stuckAt: "fence_start",
  },
  {
    wrong: "who was reclaimed is not taken off recovery",
    program: "reclaim_worker",
    step: "finishRecovery",
    with: (_l) => "requeue",
    recording: "d1-force-umount-leader3",
    stuckAt: "recov_finish",
  },
  {
    wrong: "a server forgets its fence requests only in its destroy",
    program: "scoutfs_server_worker",
    step: "fenceStop",
    with: (_l) => "freeConn",
    recording: "b1-leader-umount3",
    stuckAt: "fence_stop",
  },
];

function mutated(m: Mutant): TwinModel {
  const all: TwinModel = programs;
  const known = all.find((p) => p.name === m.program);
  if (known?.steps[m.step] === undefined) throw new Error(`no step ${m.program} @ ${m.step}`);
  const steps = { ...known.steps, [m.step]: m.with };
  return all.map((p) => (p === known ? { ...p, steps } : p)) as TwinModel;
}

describe("a model that is wrong", () => {
  it.each(mutants)("is rejected: $wrong", (m) => {
    const model = mutated(m);
    const rejected: string[] = [];
    for (const [twin] of twinsOf(recording(m.recording))) {
      if (twin === undefined || rejected.includes(m.stuckAt)) continue;
      const { rejection } = follow({ ...twin, o: { ...twin.o, model } });
      if (rejection !== undefined) rejected.push(rejection.item.kind);
    }
    expect(rejected).toContain(m.stuckAt);
  });
});
