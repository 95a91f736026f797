// RCL1: no lock, open log tree, open-map entry, handed-out work, connection, recovery entry or
// fence request outlives its rid's reclaim at quiet points; an empty quiet cluster holds none.
//
// A reclaim counts when it has succeeded. What a server had is asked of the one that is up; a mount
// that has unmounted, and a server that is down, must have none of it left whatever the rid, which
// covers the empty cluster. Finalized log trees stay: they are for the merge. A rid that is
// reclaimed never comes back, so nothing is ever taken off the list.

import { each, get } from "../core/index.ts";
import type { Mount } from "../mount/types.ts";
import type { Connection } from "../net/types.ts";
import { fieldsOf, kindOf, reclaimed, wanted } from "./entries.ts";
import type { StateMonitor } from "./types.ts";

interface Kept {
  readonly what: string;
  readonly rid: number;
}
interface State {
  reclaimed: Record<number, true>;
  /** Mounts whose unmount has ended. */
  unmounted: Record<number, true>;
  /** Mounts that had fence requests and no server at the last look. */
  fencing: Record<number, true>;
}

const named = (what: string, rids: readonly number[]): Kept[] => rids.map((rid) => ({ what, rid }));

/** Its listener too. */
const isServers = ({ listening, reqFuncs }: Connection): boolean =>
  listening !== undefined || reqFuncs === "server";

/** The connection to the server, which goes with the client. */
function ofClient({ net }: Mount): Kept[] {
  const own = [...each(net.conns)].filter(([, c]) => !isServers(c));
  return named(
    "a client's connection",
    own.map(([, { rid }]) => rid),
  );
}

/** What goes with the server, whatever it is of. */
function ofServer({ lockServer, omap, recov, net }: Mount): Kept[] {
  const entries = lockServer.locks.flatMap((l) => [...l.granted, ...l.requested, ...l.invalidated]);
  const served = [...each(net.conns)].filter(([, c]) => isServers(c));
  const asking = [...each(omap.reqs)].flatMap(([, { clientRid, rids }]) => [clientRid, ...rids]);
  return [
    ...named(
      "a lock",
      entries.map(({ rid }) => rid),
    ),
    ...named("an open-map entry", omap.rids),
    ...named("an open-map request", asking),
    ...named(
      "a connection",
      served.map(([, { rid }]) => rid),
    ),
    ...named(
      "a recovery entry",
      recov.pending.map(({ rid }) => rid),
    ),
  ];
}

/** What its commits have made durable. */
function onDevice({ server: { dirtySuper } }: Mount): Kept[] {
  const open = dirtySuper.logTrees.filter(({ finalized }) => !finalized);
  return [
    ...named(
      "an item",
      dirtySuper.mountedClients.map(({ rid }) => rid),
    ),
    ...named(
      "an open log tree",
      open.map(({ rid }) => rid),
    ),
    ...named("a compaction", dirtySuper.srchBusy),
    ...named(
      "a merge request",
      (dirtySuper.logMerge?.requests ?? []).map(({ rid }) => rid),
    ),
  ];
}

const fencesOf = ({ fence }: Mount): Kept[] =>
  named(
    "a fence request",
    fence.list.map((h) => get(fence.fences, h).rid),
  );

/** What a mount must not have: of reclaimed rids, or at all. */
function left(state: Mount, isGone: boolean, s: State): Kept[] {
  const isReclaimed = ({ rid }: Kept) => s.reclaimed[rid] === true;
  if (isGone) return [...ofServer(state), ...ofClient(state), ...fencesOf(state)];
  if (state.server.status === "DOWN") return [...ofServer(state), ...fencesOf(state)];
  if (state.server.status !== "UP") return [];
  return [...ofServer(state), ...onDevice(state), ...fencesOf(state)].filter(isReclaimed);
}

export const rcl1: StateMonitor<State> = {
  promise: "RCL1",
  wants: wanted("reclaim_rid_ret", "unmounted"),
  start: () => ({ reclaimed: {}, unmounted: {}, fencing: {} }),
  on(entry, s) {
    const f = fieldsOf(entry);
    if (kindOf(entry) === "unmounted") s.unmounted[entry.mount] = true;
    else if (reclaimed(f)) s.reclaimed[f.rid ?? 0] = true;
  },
  quiet(s, judge) {
    for (let id = 0; id < judge.mountCount; id++) {
      const { alive, state } = judge.peekMount(id);
      if (!alive) continue;
      const isGone = s.unmounted[id] === true;
      for (const { what, rid } of left(state, isGone, s)) {
        const why = isGone ? "it has unmounted" : s.reclaimed[rid] ? "that is reclaimed" : "";
        const because = why === "" ? "its server is down" : why;
        judge.violate(`mount ${id}`, `still has ${what} of rid ${rid}, and ${because}`);
      }
    }
  },
  /** The requests of a server go before it is down, so that the next start finds none. */
  look(s, judge) {
    const now: State["fencing"] = {};
    for (let id = 0; id < judge.mountCount; id++) {
      const { alive, state } = judge.peekMount(id);
      if (!alive || state.server.status !== "DOWN") continue;
      const [first] = fencesOf(state);
      if (first === undefined) continue;
      now[id] = true;
      if (s.fencing[id] !== true) continue;
      judge.violate(
        `mount ${id}`,
        `still has ${first.what} of rid ${first.rid}, and its server is down`,
      );
    }
    s.fencing = now;
  },
};
