// LCK2: at quiet points every entry in the lock server has a mounted rid.
//
// Mounted is who has a mounted_clients item: the entry of a rid without one is nobody's to give up,
// and whoever asks for a mode beside it waits for ever. A server that still recovers is not quiet:
// entries come back before it is known who does. But the item goes last of what a reclaim takes,
// and nothing gives a mount an entry before its item: an entry without one that is there at one
// look and still at the next, a second later, is no matter of order, recovery or not. A request for
// null that waits for its turn holds up nobody, and may be there until the lock moves: it gives up
// what the reclaim has taken, and its turn ends it. What is still there at its turn is a ghost.
// This reads the state of mounts, so a recording, which has none, cannot be asked.

import type { Mount } from "../mount/types.ts";
import { RECOV_LOCKS } from "../recov/api.ts";
import type { StateMonitor, WorldJudge } from "./types.ts";

interface State {
  /** What the last look found, in words. */
  seen: Record<string, true>;
}
interface Ghost {
  readonly id: number;
  readonly term: number;
  readonly key: number;
  readonly rid: number;
}

/** Locks that the server of a mount keeps for rids that are not mounted. */
function ghostsOf(id: number, { server, lockServer, recov }: Mount): Ghost[] {
  const items = new Set<number>(server.dirtySuper.mountedClients.map(({ rid }) => rid));
  const isRecovering = recov.pending.some(({ which }) => (which & RECOV_LOCKS) !== 0);
  const ghosts: Ghost[] = [];
  for (const { key, granted, requested, invalidated } of lockServer.locks) {
    const waits = isRecovering || invalidated.length > 0;
    const asks = requested.filter(({ mode }, i) => mode !== "null" || (i === 0 && !waits));
    for (const list of [granted, asks, invalidated]) {
      const ghost = list.find(({ rid }) => !items.has(rid));
      if (ghost !== undefined) ghosts.push({ id, term: server.term, key, rid: ghost.rid });
    }
  }
  return ghosts;
}

function ghosts(judge: WorldJudge, isAsked: (m: Mount) => boolean): Ghost[] {
  const found: Ghost[] = [];
  for (let id = 0; id < judge.mountCount; id++) {
    const { alive, state } = judge.peekMount(id);
    if (alive && state.server.status === "UP" && isAsked(state)) {
      found.push(...ghostsOf(id, state));
    }
  }
  return found;
}

const nameOf = ({ id, term, key, rid }: Ghost): string => [id, term, key, rid].join(" ");
const tell = (judge: WorldJudge, { id, key, rid }: Ghost): void =>
  judge.violate(`mount ${id}`, `lock ${key} is held for rid ${rid}, which is not mounted`);

export const lck2: StateMonitor<State> = {
  promise: "LCK2",
  wants: [],
  start: () => ({ seen: {} }),
  on() {
    // What is asked for is state alone.
  },
  quiet(_s, judge) {
    for (const g of ghosts(judge, ({ recov }) => recov.pending.length === 0)) tell(judge, g);
  },
  look(s, judge) {
    const now = ghosts(judge, () => true);
    for (const g of now) if (s.seen[nameOf(g)] === true) tell(judge, g);
    s.seen = Object.fromEntries(now.map((g) => [nameOf(g), true]));
  },
};
