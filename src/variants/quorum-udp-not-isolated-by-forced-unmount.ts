// A forced unmount made streams and block I/O fail, and datagrams went on: the mount resigned on
// the wire, answered vote requests and adopted terms until its worker noticed.

import type { Variant } from "./types.ts";

export const quorumUdpNotIsolatedByForcedUnmount: Variant = {
  id: "quorum-udp-not-isolated-by-forced-unmount",
  kind: "regression",
  commit: "15de0c21c1",
  area: "quorum.c",
  promises: ["ISO1"],
  says: "a leader that is unmounted by force resigns, and the others elect at once",
  rules: {
    sendsAfterForcedUnmount: () => true,
    receivesAfterForcedUnmount: () => true,
  },
};
