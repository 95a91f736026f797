// A cluster of one mount, made by hand for the monitors that look at the state of mounts.

import type { Rid } from "../../../src/core/index.ts";
import type { AnyStateMonitor } from "../../../src/monitors/types.ts";
import { mountState } from "../../../src/mount/state.ts";
import type { Mount } from "../../../src/mount/types.ts";

/** Its server is up and mounted are the rids given. */
export function serving(...rids: readonly number[]): Mount {
  const m = mountState({ rid: 101 as Rid });
  m.server.status = "UP";
  m.server.dirtySuper.mountedClients = rids.map((rid) => ({
    ...{ rid: rid as Rid, address: 1 as never, quorum: false },
  }));
  return m;
}

/** A kernel that has nothing to do. */
export const idle = { alive: true, works: new Map(), timers: new Map(), tasks: [] };

/** What the monitor says of it, after these entries. */
export function seenIn(
  state: Mount,
  monitor: AnyStateMonitor,
  entries: readonly { readonly kind: string; readonly data: object }[] = [],
): string[] {
  const found: string[] = [];
  const judge = {
    ...{ now: 0, mountCount: 1, peekMount: () => ({ ...idle, state }) },
    violate: (place: string, text: string) => {
      found.push(`${place}: ${text}`);
    },
  };
  const kept = monitor.start();
  for (const entry of entries) monitor.on({ seq: 1, at: 0, mount: 0, ...entry }, kept, judge);
  monitor.quiet(kept, judge);
  return found;
}
