// That the facts can fail: what counts and orders them finds it when the model is made wrong, or a
// recording spoilt.

import { expect, it } from "vitest";
import type { Variant } from "../../../src/variants/types.ts";
import * as recordings from "../../real/facts.ts";
import type { Told } from "../../support/facts.ts";
import * as facts from "../../support/facts.ts";
import * as at from "./run.ts";
import { SECOND } from "./run.ts";
import { between, inOrder, isA, place } from "./sequence.ts";

const wrong = (steps: Variant["steps"] & object): readonly Variant[] => [
  {
    ...{ id: "wrong", kind: "regression", commit: undefined, area: "test", promises: [] },
    ...{ says: "broken on purpose", steps },
  },
];

it("a server that lets every member go breaks the farewell rule", () => {
  const lets = {
    chooseQuorumMembers(l: { send: unknown[]; reqs: unknown[]; at: number }) {
      l.send.push(...l.reqs.splice(0));
      l.at = 0;
      return "delay";
    },
  };
  const variants = wrong({ farewell_worker: lets as never });
  const run = at.mountedRun(0, { mounts: 5, variants });
  for (const nr of [2, 1]) at.beginUmount(run, nr);
  run.w.runFor(SECOND);
  expect(facts.farewells(run)).toContain("exception");
});

it("a leader that announces itself after ELECT is seen", () => {
  const late = {
    announced: () => ({
      ...{ call: "update_quorum_block", args: { event: "ELECT", term: 1, checkRid: true } },
      then: "electStored",
    }),
    countVote: (l: { qst: { role: string; voteBits: number } }) => {
      if (l.qst.role !== "candidate" || l.qst.voteBits === 1) return "checkUp";
      l.qst.role = "leader";
      return "announced";
    },
  };
  const run = at.makeRun("late", { variants: wrong({ scoutfs_quorum_worker: late as never }) });
  at.beginMount(run, 0);
  at.beginMount(run, 1);
  run.w.runFor(SECOND);
  expect(facts.heartbeatsBeforeElect(run)).toContain(false);
});

const real = recordings.recording("b1-leader-umount3");

it("a grant during recovery is seen", () => {
  const begun = place(real, isA("recov_begin"));
  const [sent] = between(real, isA("net_send_message", { resp: 1, side: "server" }), begun);
  const entries = real.entries.map((entry) =>
    entry.seq === sent?.seq ? { ...entry, data: { ...entry.data, cmd: "LOCK" } } : entry,
  );
  expect(facts.responsesInRecovery({ ...real, entries })).toContain("LOCK");
  expect(facts.responsesInRecovery(real)).not.toContain("LOCK");
});

it("events in another order are no sequence", () => {
  const start = place(real, isA("server_start"));
  const whats = [isA("net_bind"), isA("net_listen"), isA("server_greeting")] as const;
  inOrder(real, start, ...whats);
  expect(() => inOrder(real, start, whats[0], whats[2], whats[1])).toThrow("to deeply equal");
  const bound = place(real, whats[0]);
  const without: Told = { ...real, entries: real.entries.filter((e) => e.kind !== bound.kind) };
  expect(() => inOrder(without, start, ...whats)).toThrow("there should be a net_bind");
});
