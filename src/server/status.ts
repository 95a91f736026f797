// The life of the server as one word, changed by compare-and-set alone: whoever loses a race does
// nothing. Mirrors stop_server, server_up, server_down and the questions of server.c. A stop and a
// down look first and swap then, in two steps: between them the other may move the status, and then
// the stop (while the server comes up) or the down (while somebody stops it) is lost, as in the C.

import type { Out } from "../core/index.ts";
import { done, program } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Scoutfs } from "../protocol.ts";
import type { ServerStatus, StopCause } from "./types.ts";

export const isRunning = ({ server: { status } }: Mount): boolean =>
  status === "STARTING" || status === "UP";
export const isUp = ({ server: { status } }: Mount): boolean => status === "UP";
export const isDown = ({ server: { status } }: Mount): boolean => status === "DOWN";
export const isStopping = ({ server: { status } }: Mount): boolean => status === "STOPPING";

interface Change {
  readonly from: ServerStatus;
  readonly to: ServerStatus;
  readonly cause: StopCause;
}

/** True when the status was `from`. */
export function compareAndSet(m: Mount, out: Out<Scoutfs>, change: Change): boolean {
  const { server } = m;
  if (server.status !== change.from) return false;
  server.status = change.to;
  out.emit({ kind: "server.status", term: server.term, ...change });
  return true;
}

/** `scoutfs_server_start`: the caller queues the server's work when this is true. */
export const becomeStarting = (m: Mount, out: Out<Scoutfs>): boolean =>
  compareAndSet(m, out, { from: "DOWN", to: "STARTING", cause: "elected" });

/** `server_up`: loses against a stop. */
export const becomeUp = (m: Mount, out: Out<Scoutfs>): boolean =>
  compareAndSet(m, out, { from: "STARTING", to: "UP", cause: "started" });

/** The second half of `stop_server`; true when this is what stopped it. */
export function becomeStopping(
  m: Mount,
  out: Out<Scoutfs>,
  { was, cause }: { readonly was: ServerStatus; readonly cause: StopCause },
): boolean {
  if (was !== "STARTING" && was !== "UP") return false;
  if (!compareAndSet(m, out, { from: was, to: "STOPPING", cause })) return false;
  out.wake("server.waitq");
  if (out.rules.stopWakesFenceWait()) out.wake("fence.waitq");
  return true;
}

export const stopServer = program<Scoutfs>()({
  name: "stop_server",
  source: "server.c:stop_server",
  start: "look",
  locals: ({ cause }: { readonly cause: StopCause }) => ({ cause, was: "DOWN" as ServerStatus }),
  waits: {},
  steps: {
    look(l, m) {
      l.was = m.server.status;
      return l.was === "STARTING" || l.was === "UP" ? "swap" : done();
    },
    swap(l, m, out) {
      if (!becomeStopping(m, out, l)) out.note("a stop lost the race for the status");
      return done();
    },
  },
});

export const serverDown = program<Scoutfs>()({
  name: "server_down",
  source: "server.c:server_down",
  start: "look",
  locals: () => ({ was: "DOWN" as ServerStatus }),
  waits: {},
  steps: {
    look(l, m) {
      l.was = m.server.status;
      return l.was === "DOWN" ? done() : "swap";
    },
    swap(l, m, out) {
      const change = { from: l.was, to: "DOWN", cause: "finished" } as const;
      if (!compareAndSet(m, out, change)) out.note("a down lost the race for the status");
      return done();
    },
  },
});
