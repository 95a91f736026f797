// LCK2: at quiet points every entry in the lock server has a mounted rid.
//
// Mounted is who has a mounted_clients item: the entry of a rid without one is nobody's to give up,
// and whoever asks for a mode beside it waits for ever. A server that still recovers is not quiet:
// entries come back before it is known who does. This reads the state of mounts, so a recording,
// which has none, cannot be asked.

import type { ServerState } from "../server/types.ts";
import type { StateMonitor } from "./types.ts";

const hasItem = (server: ServerState, rid: number): boolean =>
  server.dirtySuper.mountedClients.some((item) => item.rid === rid);

export const lck2: StateMonitor<object> = {
  promise: "LCK2",
  wants: [],
  start: () => ({}),
  on() {
    // What is asked for is state alone.
  },
  quiet(_s, judge) {
    for (let id = 0; id < judge.mountCount; id++) {
      const { alive, state } = judge.peekMount(id);
      const { server, lockServer, recov } = state;
      if (!alive || server.status !== "UP" || recov.pending.length > 0) continue;
      for (const { key, granted, requested, invalidated } of lockServer.locks) {
        const ghost = [...granted, ...requested, ...invalidated].find(
          ({ rid }) => !hasItem(server, rid),
        );
        if (ghost === undefined) continue;
        judge.violate(
          `mount ${id}`,
          `lock ${key} is held for rid ${ghost.rid}, which is not mounted`,
        );
      }
    }
  },
};
