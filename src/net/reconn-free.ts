// Gives up on clients that did not come back in time: each is fenced and its connection destroyed.
// Mirrors scoutfs_net_reconn_free_worker of net.c, a delayed work of the listener that races with
// greetings looking for the same connections; the flag reconn_freeing decides.

import type { Next, Out } from "../core/index.ts";
import { assert, done, program, us } from "../core/index.ts";
import { connHandle, connOf, destroyConn, laterOf, workOf, workq } from "./connections.ts";
import type { ConnHandle, NetMount, NetProtocol } from "./types.ts";

interface Locals {
  readonly conn: ConnHandle;
  /** Sampled once: fencing takes time, and the walks after it still use this. */
  nowAt: number;
  /** Both survive a restart of the walk, and so may stem from a connection that is gone by now. */
  deadlineAt: number;
  requeue: boolean;
  freeing: ConnHandle | undefined;
}
type Labels = "checkStopping" | "requeue";

/** One pass over the accepted connections, under the listener's lock, as far as the first whose
 *  time is up. The deadline that is kept is compared with *now*, and not with that of the
 *  connection at hand: as all that are seen lie ahead, the last in the list wins, not the first to
 *  expire. */
function walk(l: Locals, m: NetMount): Next<NetProtocol, Labels, never> {
  const listener = connOf(m, l.conn);
  for (const h of listener.accepted) {
    const acc = connOf(m, h);
    const waits = acc.flags.reconnWait && !acc.flags.reconnFreeing;
    if (waits && (listener.flags.shuttingDown || l.nowAt >= acc.reconnDeadlineAt)) {
      acc.flags.reconnFreeing = true;
      l.freeing = h;
      return "checkStopping";
    }
    if (waits && (!l.requeue || l.nowAt < l.deadlineAt)) {
      l.requeue = true;
      l.deadlineAt = acc.reconnDeadlineAt;
    }
  }
  return l.requeue ? "requeue" : done();
}

/** Whether nobody will come back to it: main fences all the same. A rule is asked only where its
 *  answer decides. */
function isNeedless(l: Locals, m: NetMount, { rules, api }: Out<NetProtocol>): boolean {
  const goes = () => m.super.forcingUnmount || !api.serverIsRunning(m);
  if (goes() && !rules.fencesWhileStopping()) return true;
  const { flags, rid } = connOf(m, freeingOf(l));
  const hasSuccessor = () =>
    laterOf(m, connOf(m, freeingOf(l))).some((h) => !connOf(m, h).flags.reconnFreeing);
  if (!flags.validGreeting && !rules.fencesUngreeted()) return true;
  if (hasSuccessor() && !rules.fencesSuperseded()) return true;
  return flags.validGreeting && !rules.fencesUnmounted(m, rid);
}

function freeingOf(l: Locals): ConnHandle {
  assert(l.freeing !== undefined, "a connection that this walk has claimed");
  return l.freeing;
}

/** A connection that never saw a valid greeting waits here too: its rid is 0, and is fenced. */
function fence(l: Locals, m: NetMount, out: Out<NetProtocol>): Next<NetProtocol, "fenced", never> {
  const h = freeingOf(l);
  const { rid, lastPeer } = connOf(m, h);
  assert(lastPeer !== undefined, "an accepted connection to know its last peer");
  out.note("client reconnect timed out, fencing");
  const args = { rid, address: lastPeer, reason: "client_reconnect" } as const;
  return { call: "scoutfs_fence_start", args, then: "fenced" };
}

export const netReconnFreeWorker = program<NetProtocol>()({
  name: "scoutfs_net_reconn_free_worker",
  source: "net.c:scoutfs_net_reconn_free_worker",
  start: "enter",
  locals: ({ of }): Locals => ({
    conn: connHandle(of),
    nowAt: 0,
    deadlineAt: 0,
    requeue: false,
    freeing: undefined,
  }),
  waits: {},
  steps: {
    enter(l, _m, out) {
      l.nowAt = out.now;
      return "walk";
    },
    walk: (l, m) => walk(l, m),
    /** The listener's flag is read again, now without its lock. */
    checkStopping: (l, m, out) =>
      connOf(m, l.conn).flags.shuttingDown || isNeedless(l, m, out) ? "destroy" : fence(l, m, out),
    fenced(_l, m, out, ret) {
      if (ret.error !== undefined) {
        out.api.serverStop(m, out, `fencing a client that did not reconnect: ${ret.error}`);
      }
      return "destroy";
    },
    destroy(l, _m, out) {
      destroyConn(out, freeingOf(l));
      return "walk";
    },
    requeue(l, _m, out) {
      const work = workOf("scoutfs_net_reconn_free_worker", l.conn);
      out.queueDelayedWork(workq(l.conn), work, us(l.deadlineAt - l.nowAt));
      return done();
    },
  },
});
