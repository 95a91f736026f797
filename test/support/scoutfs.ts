// A mount with a started server for tests of src without a world, and the world's bindings.

import type { Address, Rid } from "../../src/core/index.ts";
import { allocate, table } from "../../src/core/index.ts";
import { inodeState } from "../../src/inode/api.ts";
import type { Mount } from "../../src/mount/types.ts";
import type { Connection } from "../../src/net/types.ts";
import { omapApi, omapState } from "../../src/omap/api.ts";
import type { Api, Scoutfs } from "../../src/protocol.ts";
import { quorumApi } from "../../src/quorum/api.ts";
import { votesNeeded } from "../../src/quorum/config.ts";
import { recovApi } from "../../src/recov/api.ts";
import { main } from "../../src/rules.ts";
import { serverApi } from "../../src/server/api.ts";
import { serverState } from "../../src/server/state.ts";
import type { MountedClient } from "../../src/server/types.ts";
import type { StepsOptions } from "./steps.ts";

export const rid = (n: number): Rid => n as Rid;

/** The server of a cluster with so many quorum slots. Net and lock state are absent: a test that
 *  touches them fails. */
export function mountWithServer({ slots = 3 }: { readonly slots?: number } = {}): Mount {
  const server = serverState();
  const conns = table<Connection>("connection");
  server.status = "UP";
  server.term = 7;
  server.conn = allocate(conns, { rid: rid(0) } as Connection);
  return {
    super: { forcingUnmount: false, unmounting: false, rid: rid(1) },
    server,
    net: { conns, syncRequests: table("sync request") },
    lockServer: { setUp: true, locks: [] },
    recov: { pending: [], begun: false },
    omap: omapState(),
    inode: inodeState(),
    quorum: { info: { votesNeeded: votesNeeded(slots) } },
  } as unknown as Mount;
}

export const client = (n: number, kind: "quorum" | "other"): MountedClient => ({
  rid: rid(n),
  address: n as Address,
  quorum: kind === "quorum",
});

export const bindings: StepsOptions<Scoutfs> = {
  api: { ...serverApi, ...recovApi, ...quorumApi, ...omapApi } as Api,
  rules: main,
};
