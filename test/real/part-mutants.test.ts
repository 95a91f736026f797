// The control of the parts' twins: a model that is wrong in one step is rejected by a recording.

import { describe, expect, it } from "vitest";
import { followPart, type PartRejection } from "../../sim/real/twin/parts/follow.ts";
import { partTimelines } from "../../sim/real/twin/parts/items.ts";
import type { TwinModel } from "../../sim/real/twin/world.ts";
import { programs } from "../../src/programs.ts";
import { recording } from "./facts.ts";

// biome-ignore lint/suspicious/noExplicitAny: a step of any program
type Step = (l: any, m: any, out: any, ret: any) => unknown;

interface Mutant {
  readonly wrong: string;
  readonly program: string;
  readonly step: string;
  readonly recording: string;
  readonly part: "client" | "server";
  /** Where it is rejected: a task that was given something may be put off until it shows more. */
  readonly at: string;
  readonly make: (right: Step) => Step;
}

const mutants: readonly Mutant[] = [
  {
    wrong: "a lock server grants what is not compatible",
    ...{ program: "process_waiting_requests", step: "invalidate" },
    ...{ recording: "a1-mount3-traffic", part: "server", at: "sv_lock_request" },
    make: () => () => "grant",
  },
  {
    wrong: "a server that recovers gives out seqs of its clients again",
    ...{ program: "scoutfs_lock_server_recover_response", step: "raiseSeq" },
    ...{ recording: "b1-leader-umount3", part: "server", at: "sv_lock_recover_request" },
    make: () => (l) => {
      l.at++;
      return "get";
    },
  },
  {
    wrong: "a client gives back the lock that it used last",
    ...{ program: "try_shrink_lock", step: "take" },
    ...{ recording: "f-lock-shrink-read-race", part: "client", at: "cl_lock_request" },
    make: (right) => (l, m, out, ret) => {
      m.lock.lru.reverse();
      return right(l, m, out, ret);
    },
  },
  {
    wrong: "an invalidation syncs what another transaction has written",
    ...{ program: "lock_invalidate", step: "enter" },
    ...{ recording: "f-lock-shrink-read-race", part: "client", at: "cl_lock_response" },
    make: (right) => (l, m, out, ret) => {
      right(l, m, out, ret);
      return { call: "scoutfs_trans_sync", args: { wait: true }, then: "synced" };
    },
  },
  {
    wrong: "a server asks the client that asks of its open inodes",
    ...{ program: "omap_handle_request", step: "copy" },
    ...{ recording: "g1-tcp-reset-reconnect", part: "server", at: "lock_message" },
    make: (right) => (l, m, out, ret) => {
      const next = right(l, m, out, ret);
      l.privRids = [...m.omap.rids];
      return next;
    },
  },
];

const mutated = ({ program, step, make }: Mutant): TwinModel =>
  programs.map((p) => {
    if (p.name !== program) return p;
    const right = (p.steps as Record<string, Step>)[step] as Step;
    return { ...p, steps: { ...p.steps, [step]: make(right) } };
  }) as TwinModel;

describe("a part of the model that is wrong", () => {
  it.each(mutants)(
    "is rejected: $wrong",
    (m) => {
      const model = mutated(m);
      const all = partTimelines(recording(m.recording)).filter(({ part }) => part === m.part);
      let rejected: PartRejection | undefined;
      for (const timeline of all) rejected ??= followPart(timeline, { model }).rejection;
      expect(rejected?.item.kind).toBe(m.at);
    },
    60_000,
  );
});
