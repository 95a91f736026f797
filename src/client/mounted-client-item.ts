// Whether the server has let this mount go, asked of the device and not of the server: its item in
// mounted_clients is the last thing that a reclaim removes. Mirrors lookup_mounted_client_item of
// client.c. The item of a farewell that a server has committed is gone, whatever became of that
// server's response. Stale blocks, which the C can meet in the tree, are not modelled: one read of
// the super block sees one commit.

import { done, program, type Rid } from "../core/index.ts";
import type { Scoutfs } from "../protocol.ts";

export const lookupMountedClientItem = program<Scoutfs>()({
  name: "lookup_mounted_client_item",
  source: "client.c:lookup_mounted_client_item",
  reads: "device",
  start: "enter",
  locals: ({ rid }: { readonly rid: Rid }) => ({ rid }),
  waits: {},
  steps: {
    enter(l, m, out) {
      if (!m.super.forcingUnmount) {
        return { io: { op: "read", block: "server.super" }, then: "look" };
      }
      out.emit({ kind: "lookup_mounted_client", rid: l.rid, ret: "ENOLINK" });
      return done({ error: "ENOLINK" });
    },
    look(l, _m, out, ret) {
      const { error } = ret;
      const block = ret.value as Scoutfs["Block"] | undefined;
      const items = block?.kind === "super" ? block.super.mountedClients : [];
      const isThere = items.some(({ rid }) => rid === l.rid);
      out.emit({ kind: "lookup_mounted_client", rid: l.rid, ret: error ?? (isThere ? 1 : 0) });
      return error === undefined ? done({ value: isThere }) : done({ error });
    },
  },
});
