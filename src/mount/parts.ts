// The super blocks, which a mount reads before it sets anything up: scoutfs_read_supers of super.c.

import { done, fail, program } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

/** Both devices carry a copy; that they agree is left out. */
const readSupers = program<Scoutfs>()({
  name: "scoutfs_read_supers",
  source: "super.c:scoutfs_read_supers",
  reads: "device",
  start: "readMeta",
  locals: () => ({}),
  waits: {},
  steps: {
    readMeta(_l, m) {
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: "server.super" }, then: "readData" };
    },
    readData(_l, m, _out, { error }) {
      if (error !== undefined) return fail(error);
      if (m.super.forcingUnmount) return fail("ENOLINK");
      return { io: { op: "read", block: "server.super" }, then: "verify" };
    },
    verify: (_l, _m, _out, { error }) => done({ error }),
  },
});

export const mountParts = [readSupers] as const;
