// A new server asks for the locks of this mount, from a key on, again and again until it gets an
// empty answer. Mirrors scoutfs_lock_recover_request of lock.c. Locks that are being asked for are
// there too, with the mode that they have now: the request follows by itself. A grant that is put
// off, which main does not know, does not follow: it counts as given.

import { done, program } from "../core/index.ts";
import { lockOf } from "./locks.ts";
import { netFields } from "./records.ts";
import type { Lock, LockCalls, LockMode, LockProtocol, NetLock } from "./types.ts";

/** SCOUTFS_NET_LOCK_MAX_RECOVER_NR: (1100 - 8) bytes hold that many of 48. */
export const MAX_RECOVER_NR = 22;

/** What it has until then may be more. */
const modeToTell = ({ grant }: Lock, has: LockMode): LockMode =>
  grant === undefined || has === "write" ? has : grant.nl.newMode;

export const lockRecoverRequest = program<LockProtocol>()({
  name: "scoutfs_lock_recover_request",
  source: "lock.c:scoutfs_lock_recover_request",
  start: "gather",
  locals: (a: LockCalls["scoutfs_lock_recover_request"]) => ({ ...a }),
  waits: {},
  steps: {
    gather({ netId, key }, m, out) {
      out.emit({ kind: "cl_lock_recover_request", id: netId, key });
      const locks = m.lock.tree
        .map((h) => lockOf(m, h))
        .filter(({ start }) => start >= key)
        .slice(0, MAX_RECOVER_NR)
        .map((lock): NetLock => {
          const mode = modeToTell(lock, out.rules.recoveredMode(lock));
          const writeSeq = lock.grant?.nl.writeSeq ?? lock.writeSeq;
          return { key: lock.start, writeSeq, oldMode: mode, newMode: mode };
        });
      const said = locks.map(netFields);
      out.emit({ kind: "cl_lock_recover_response", id: netId, nr: said.length, locks: said });
      const args = { netId, locks };
      return { call: "scoutfs_client_lock_recover_response", args, then: "sent" };
    },
    sent: (_l, _m, _out, { error }) => done({ error }),
  },
});
