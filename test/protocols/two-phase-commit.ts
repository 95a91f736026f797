// The second small protocol: two-phase commit of N managers and a coordinator over the machine's
// datagrams, in order mode: messages arrive in any order, tasks start without delay. It is the
// yardstick of the exhaustive search: how many states it has is counted independently in the test.

import { build, start } from "../../sim/engine/build.ts";
import { fromValues } from "../../sim/engine/chooser.ts";
import { UNBOUNDED } from "../../sim/engine/machine.ts";
import type { World } from "../../sim/engine/world.ts";
import {
  address,
  done,
  type HostId,
  type Out,
  type Protocol,
  program,
  type SocketId,
} from "../../src/core/index.ts";

export type Message =
  /** A manager's vote; the coordinator owes a decision once it has enough of them. */
  | { readonly is: "prepared"; readonly manager: number }
  | { readonly is: "refused"; readonly manager: number }
  /** The decision, one to each manager. */
  | { readonly is: "commit" }
  | { readonly is: "abort" };

interface Node {
  socket: SocketId;
  /** A manager's: working, prepared, committed, aborted. The coordinator's: its decision. */
  phase: string;
  readonly prepared: number[];
}

export interface Rules {
  mayCommit(prepared: number, managers: number): boolean;
}

export interface TwoPhase extends Protocol {
  State: Node;
  Rules: Rules;
  Api: object;
  Calls: { manager: { index: number }; coordinator: { managers: number } };
  Datagram: Message;
  Message: never;
  Block: never;
  Record: { readonly kind: "none" };
  Queue: "none";
  WaitQueue: "none";
  Mutex: "none";
}

const PORT = 1;
const COORDINATOR = address(0 as HostId, PORT);
const managerAt = (index: number) => address((index + 1) as HostId, PORT);

export const manager = program<TwoPhase>()({
  name: "manager",
  source: "(test)",
  start: "vote",
  locals: (a: { index: number }) => ({ index: a.index }),
  waits: {
    decision: {
      on: (_l, m) => ["socket", m.socket],
      until(_l, m, out) {
        const received = out.receiveDatagram(m.socket);
        if (received === undefined) return false;
        m.phase = received.body.is === "commit" ? "committed" : "aborted";
        return true;
      },
      blames: () => ({ who: "coordinator", because: "it has not decided" }),
    },
  },
  steps: {
    vote(l, m, out) {
      m.socket = out.openDatagrams(PORT) as SocketId;
      const refuses = out.pick("vote", 2) === 1;
      m.phase = refuses ? "aborted" : "prepared";
      const is = refuses ? "refused" : "prepared";
      out.sendDatagram(m.socket, COORDINATOR, { is, manager: l.index });
      return refuses ? done() : { wait: "decision", then: "decided" };
    },
    decided: (_l) => done(),
  },
});

export const coordinator = program<TwoPhase>()({
  name: "coordinator",
  source: "(test)",
  start: "open",
  locals: (a: { managers: number }) => ({ managers: a.managers, refused: false }),
  waits: {
    vote: {
      on: (_l, m) => ["socket", m.socket],
      until(l, m, out) {
        const vote = out.receiveDatagram(m.socket)?.body;
        if (vote?.is === "refused") l.refused = true;
        else if (vote?.is === "prepared") m.prepared.push(vote.manager);
        m.prepared.sort((x, y) => x - y);
        return vote !== undefined;
      },
      blames: (l, m) => ({
        who: "the managers",
        because: `${m.prepared.length} of ${l.managers} are prepared`,
      }),
    },
  },
  steps: {
    open(_l, m, out) {
      m.socket = out.openDatagrams(PORT) as SocketId;
      return "collect";
    },
    collect: (_l) => ({ wait: "vote", then: "count" }),
    count(l, m, out) {
      if (m.phase !== "working") out.ignored("the vote came after the decision");
      else if (l.refused) decide(m, out, l.managers, "abort");
      else if (out.rules.mayCommit(m.prepared.length, l.managers)) {
        decide(m, out, l.managers, "commit");
      }
      return "collect";
    },
  },
});

function decide(m: Node, out: Out<TwoPhase>, managers: number, is: "commit" | "abort"): void {
  m.phase = is;
  for (let i = 0; i < managers; i++) out.sendDatagram(m.socket, managerAt(i), { is });
}

export const guarded: Rules = { mayCommit: (prepared, managers) => prepared === managers };
export const unguarded: Rules = { mayCommit: (prepared) => prepared > 0 };

export function twoPhaseWorld(managers: number, rules: Rules = guarded): World<TwoPhase> {
  const node = (): Node => ({ socket: 0 as SocketId, phase: "working", prepared: [] });
  const w = build<TwoPhase>({
    programs: [manager, coordinator],
    rules,
    api: {},
    chooser: fromValues([]),
    hosts: managers + 1,
    mounts: Array.from({ length: managers + 1 }, (_, host) => ({
      host,
      name: host === 0 ? "coordinator" : `manager${host}`,
      state: node(),
    })),
    net: { link: { minUs: 0, maxUs: UNBOUNDED } },
    scheduling: { start: { min: 0, max: 0 }, preemptWithin: 0 },
    ordering: {},
  });
  start(w, 0, "coordinator", { managers });
  for (let i = 0; i < managers; i++) start(w, i + 1, "manager", { index: i });
  return w;
}

/** No manager commits while another has aborted. */
export function disagreement(w: World<TwoPhase>): string | undefined {
  let committed = false;
  let aborted = false;
  for (let i = 1; i < w.mountCount; i++) {
    const { phase } = w.peekMount(i).state;
    committed ||= phase === "committed";
    aborted ||= phase === "aborted";
  }
  return committed && aborted ? "one manager committed and another aborted" : undefined;
}
