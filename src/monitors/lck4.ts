// LCK4: a grant after which a mount may read, where before it could not by its own account, gives
// the lock a refresh generation that no lock of the mount had before: whoever trusted what was read
// under an earlier one has to read again. What the mount had by its own account is the mode of its
// lock as the grant is applied.

import type { EntryMonitor } from "./types.ts";

interface Fields {
  readonly key?: number | string;
  readonly mode?: string;
  readonly refresh_gen?: number;
}
interface State {
  /** By mount: the key whose grant is being applied, when it could not be read before. */
  unread: Record<number, string>;
  /** By mount: the newest generation. */
  newest: Record<number, number>;
}

const canRead = (mode: string | undefined): boolean => mode === "read" || mode === "write";

export const lck4: EntryMonitor<State> = {
  promise: "LCK4",
  wants: ["lock_grant_response", "lock_granted", "dead", "lock_destroy"],
  start: () => ({ unread: {}, newest: {} }),
  on({ kind, mount, data }, s, judge) {
    const { key, mode, refresh_gen: generation = 0 } = data as Fields;
    switch (kind) {
      case "lock_grant_response":
        delete s.unread[mount];
        if (!canRead(mode)) s.unread[mount] = String(key);
        break;
      case "lock_granted": {
        const isNew = s.unread[mount] === String(key) && canRead(mode);
        delete s.unread[mount];
        const newest = s.newest[mount] ?? 0;
        if (isNew && generation <= newest) {
          const words = `may be read again in generation ${generation}, and ${newest} was before`;
          judge.violate(`mount ${mount}`, `key ${key} ${words}`);
        }
        s.newest[mount] = Math.max(newest, generation);
        break;
      }
      default:
        delete s.unread[mount];
        delete s.newest[mount];
    }
  },
};
