// A mount that asks how far all transactions are committed was told what the dirty log trees say.
// There a transaction is closed as soon as its mount has asked for the commit, while the server
// still has to write it; and where none is open the answer was the seq of the moment, of which
// locks may have taken some that no commit has. If the server dies with its commit, what it called
// committed is lost, or the next server opens transactions below it. Here the answer begins with
// the seq that the last commit has, and the walk goes over the log trees of that commit, as the
// roots that other requests read.

import type { Mount } from "../mount/types.ts";
import { serverGetLastSeq } from "../server/questions.ts";
import type { Variant } from "./types.ts";

const { steps: main } = serverGetLastSeq;
type Locals = Parameters<typeof main.next>[0];

/** For the walk, which changes nothing: what it calls dirty is what the last commit has. */
const asCommitted = (m: Mount): Mount => ({
  ...m,
  server: { ...m.server, dirtySuper: m.server.stableSuper },
});

export const stableSeqIsOfTheLastCommit: Variant = {
  id: "stable-seq-is-of-the-last-commit",
  kind: "repair",
  commit: undefined,
  area: "server.c",
  promises: ["SEQ1"],
  says: "who asks which seqs are committed is told of the last commit, and not of the next",
  steps: {
    server_get_last_seq: {
      /** What the commit has: all transactions up to it are in its log trees, none comes later. */
      sample(l: Locals, m) {
        l.lastSeq = m.server.stableSuper.seq;
        return { lock: "server.logs_mutex", then: "next" };
      },
      next: (l: Locals, m, out, ret) => main.next(l, asCommitted(m), out, ret),
    },
  },
};
